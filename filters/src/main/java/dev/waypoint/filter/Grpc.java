package dev.waypoint.filter;

import org.jspecify.annotations.Nullable;

/** What tells a gRPC call from another request. */
final class Grpc {

    private static final String TYPE = "application/grpc";

    private Grpc() {}

    /** {@code application/grpc}, alone or followed by {@code +format} or parameters; not {@code application/grpc-web}. */
    static boolean isGrpc(@Nullable String contentType) {
        if (contentType == null || !contentType.startsWith(TYPE)) {
            return false;
        }
        if (contentType.length() == TYPE.length()) {
            return true;
        }
        char next = contentType.charAt(TYPE.length());
        return next == '+' || next == ';' || next == ' ';
    }
}

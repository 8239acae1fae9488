package dev.waypoint.control.stream;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets only those in who show a valid token. Runs on a thread that may block. */
final class Authentication implements ServerInterceptor {

    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final String BEARER = "Bearer ";

    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    private static final Context.Key<ProxyIdentity> IDENTITY = Context.key("waypoint-proxy");

    private final TokenReviewer reviewer;

    Authentication(TokenReviewer reviewer) {
        this.reviewer = reviewer;
    }

    /** Who called, within a call. */
    static Optional<ProxyIdentity> caller() {
        return Optional.ofNullable(IDENTITY.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String header = headers.get(AUTHORIZATION);
        if (header == null || !header.startsWith(BEARER)) {
            return refuse(
                    call,
                    Status.UNAUTHENTICATED.withDescription("no token was sent, expected one of a service"
                            + " account as 'authorization: Bearer TOKEN'"));
        }
        try {
            Optional<ProxyIdentity> identity =
                    reviewer.review(header.substring(BEARER.length()).strip());
            if (identity.isEmpty()) {
                return refuse(
                        call,
                        Status.UNAUTHENTICATED.withDescription(
                                "the token is not valid: it may be too old, or made for another audience"));
            }
            return Contexts.interceptCall(Context.current().withValue(IDENTITY, identity.get()), call, headers, next);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the token of a proxy cannot be reviewed now: {}", e.toString());
            return refuse(call, Status.UNAVAILABLE.withDescription("the token cannot be reviewed now"));
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}

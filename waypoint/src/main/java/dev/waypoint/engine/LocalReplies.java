package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.message.UpstreamFailure;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** The only place that turns a failure or a filter's answer into a response. */
final class LocalReplies {

    private static final String GRPC_TYPE = "application/grpc";
    private static final int GRPC_UNKNOWN = 2;

    private LocalReplies() {}

    /**
     * What goes to the client: head and body. A gRPC call gets a trailers-only response (gRPC over HTTP/2, "Responses"); a HEAD
     * request gets no body.
     */
    record Rendered(ResponseHead head, HttpData body) {}

    static Rendered render(LocalReply reply, RequestHead request) {
        if (request.isGrpc()) {
            return grpc(reply);
        }
        HttpHeadersBuilder headers = reply.headers().toBuilder();
        HttpData body = reply.body();
        boolean bodyless = reply.status() == 204 || reply.status() == 304;
        if (bodyless) {
            body = HttpData.empty();
        } else if (!body.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length()));
            if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
                headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
            }
        }
        if (request.method().equals("HEAD")) {
            body = HttpData.empty();
        }
        return new Rendered(new ResponseHead(reply.status(), headers, reply.cause()), body);
    }

    private static Rendered grpc(LocalReply reply) {
        HttpHeadersBuilder headers = HttpHeaders.builder();
        headers.set(HttpHeaderNames.CONTENT_TYPE, GRPC_TYPE);
        headers.set("grpc-status", Integer.toString(reply.grpcStatus().orElse(grpcStatus(reply.status()))));
        if (!reply.body().isEmpty()) {
            headers.set("grpc-message", percentEncode(reply.bodyText()));
        }
        reply.headers().forEach((name, value) -> {
            if (!name.contentEqualsIgnoreCase("content-type") && !name.contentEqualsIgnoreCase("content-length")) {
                headers.add(name, value);
            }
        });
        return new Rendered(new ResponseHead(200, headers, reply.cause()), HttpData.empty());
    }

    /** The gRPC status of an HTTP status (gRPC, "HTTP to gRPC Status Code Mapping"). */
    static int grpcStatus(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> GRPC_UNKNOWN;
        };
    }

    /** Percent-encodes what may not stand in a header value (gRPC over HTTP/2, "Status-Message"). */
    private static String percentEncode(String text) {
        StringBuilder result = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 0x20 && octet <= 0x7E && octet != '%') {
                result.append((char) octet);
            } else {
                result.append('%').append(String.format("%02X", octet & 0xFF));
            }
        }
        return result.toString();
    }

    static LocalReply notFound() {
        return LocalReply.of(404, ReplyCause.NO_ROUTE, "route_not_found");
    }

    static LocalReply misdirected() {
        return LocalReply.of(421, ReplyCause.MISDIRECTED, "misdirected_request");
    }

    static LocalReply broken(String message) {
        return new LocalReply(
                500,
                HttpHeaders.of(),
                message,
                ReplyCause.INVALID_CONFIGURATION,
                "invalid_configuration",
                OptionalInt.of(14));
    }

    static LocalReply bodyTooLarge(long maxBytes) {
        return LocalReply.of(
                413,
                "request body is larger than " + maxBytes + " bytes",
                ReplyCause.BODY_TOO_LARGE,
                "request_payload_too_large");
    }

    static LocalReply responseTooLarge(long maxBytes) {
        return LocalReply.of(
                500,
                "response body is larger than " + maxBytes + " bytes",
                ReplyCause.BODY_TOO_LARGE,
                "response_payload_too_large");
    }

    static LocalReply backendBroken(String problem) {
        return reply(503, problem, ReplyCause.INVALID_CONFIGURATION, "backend_tls_invalid");
    }

    static LocalReply direct(ActionIr.DirectReply reply) {
        HttpHeadersBuilder headers = HttpHeaders.builder();
        reply.headers().forEach(headers::set);
        return new LocalReply(
                reply.status(),
                headers.build(),
                reply.body(),
                ReplyCause.DIRECT_RESPONSE,
                "direct_response",
                OptionalInt.empty());
    }

    static LocalReply noHealthyUpstream() {
        return LocalReply.of(503, "no healthy upstream", ReplyCause.NO_HEALTHY_UPSTREAM, "no_healthy_upstream");
    }

    static LocalReply internal() {
        return LocalReply.of(500, "internal error", ReplyCause.INTERNAL, "internal_error");
    }

    static LocalReply timeout(String detail) {
        return LocalReply.of(504, "upstream request timeout", ReplyCause.UPSTREAM_TIMEOUT, detail);
    }

    /** The stream was idle: the client's fault as long as its request is incomplete. */
    static LocalReply idle(boolean requestComplete) {
        return LocalReply.of(
                requestComplete ? 504 : 408, "stream timeout", ReplyCause.IDLE_TIMEOUT, "stream_idle_timeout");
    }

    static LocalReply of(UpstreamFailure failure) {
        return switch (failure.kind()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT ->
                reply(503, "upstream connect error", ReplyCause.UPSTREAM_CONNECT_FAILURE, "upstream_connect_failure");
            case TLS_FAILED ->
                reply(503, "upstream TLS error", ReplyCause.UPSTREAM_CONNECT_FAILURE, "upstream_tls_failure");
            case OVERFLOW -> reply(503, "upstream overflow", ReplyCause.UPSTREAM_OVERFLOW, "upstream_overflow");
            case REFUSED -> reply(503, "upstream refused the stream", ReplyCause.UPSTREAM_RESET, "upstream_refused");
            case STALE, RESET, CLOSED ->
                reply(
                        502,
                        "upstream disconnect or reset before headers",
                        ReplyCause.UPSTREAM_RESET,
                        "upstream_reset_before_response_started");
            case PROTOCOL ->
                reply(502, "upstream protocol error", ReplyCause.UPSTREAM_PROTOCOL, "upstream_protocol_error");
        };
    }

    private static LocalReply reply(int status, String body, ReplyCause cause, String detail) {
        return new LocalReply(status, HttpHeaders.of(), body, cause, detail, OptionalInt.of(14));
    }
}

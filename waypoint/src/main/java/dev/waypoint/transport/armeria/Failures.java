package dev.waypoint.transport.armeria;

import com.linecorp.armeria.client.DnsTimeoutException;
import com.linecorp.armeria.client.SessionProtocolNegotiationException;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ProtocolViolationException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Armeria's exceptions in the engine's words. */
final class Failures {

    private static final String RESET = "RST_STREAM frame: ";

    private Failures() {}

    /**
     * Says what happened.
     *
     * @param thrown what Armeria threw
     * @param stale whether the connection had been used before and brought no byte of this answer
     */
    static UpstreamFailure of(Throwable thrown, boolean stale) {
        boolean unprocessed = thrown instanceof UnprocessedRequestException;
        Throwable cause = unprocessed && thrown.getCause() != null ? thrown.getCause() : thrown;
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        Kind kind = kind(cause, unprocessed, stale);
        return kind == Kind.RESET
                ? new UpstreamFailure(kind, resetCode(message), message)
                : UpstreamFailure.of(kind, message);
    }

    private static Kind kind(Throwable cause, boolean unprocessed, boolean stale) {
        return switch (cause) {
            case ConnectTimeoutException timeout -> Kind.CONNECT_TIMEOUT;
            case ConnectException refused -> Kind.CONNECT_FAILED;
            case UnknownHostException unknown -> Kind.CONNECT_FAILED;
            case DnsTimeoutException unknown -> Kind.CONNECT_FAILED;
            case SSLException tls -> Kind.TLS_FAILED;
            case SessionProtocolNegotiationException negotiation ->
                isTimeout(negotiation) ? Kind.CONNECT_TIMEOUT : Kind.CONNECT_FAILED;
            case ClosedSessionException closed -> hasProtocolCause(closed) ? Kind.PROTOCOL : closed(unprocessed, stale);
            case ClosedStreamException reset -> isReset(reset) ? Kind.RESET : closed(unprocessed, stale);
            case ClosedChannelException closed -> closed(unprocessed, stale);
            case SocketException broken -> closed(unprocessed, stale);
            case java.io.IOException broken -> closed(unprocessed, stale);
            case ProtocolViolationException violation -> Kind.PROTOCOL;
            case Http2Exception violation -> Kind.PROTOCOL;
            case DecoderException broken -> broken.getCause() instanceof SSLException ? Kind.TLS_FAILED : Kind.PROTOCOL;
            default -> unprocessed ? Kind.REFUSED : Kind.PROTOCOL;
        };
    }

    private static Kind closed(boolean unprocessed, boolean stale) {
        if (unprocessed) {
            return Kind.REFUSED;
        }
        return stale ? Kind.STALE : Kind.CLOSED;
    }

    private static boolean isTimeout(SessionProtocolNegotiationException e) {
        return e.getMessage() != null && e.getMessage().contains("timed out");
    }

    private static boolean hasProtocolCause(Throwable e) {
        for (@Nullable Throwable t = e.getCause(); t != null; t = t.getCause()) {
            if (t instanceof Http2Exception || t instanceof ProtocolViolationException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isReset(Throwable e) {
        return e.getMessage() != null && e.getMessage().contains(RESET);
    }

    private static ResetCode resetCode(String message) {
        int start = message.indexOf(RESET) + RESET.length();
        for (ResetCode code : ResetCode.values()) {
            if (message.startsWith(code.name(), start)) {
                return code;
            }
        }
        return ResetCode.INTERNAL_ERROR;
    }
}

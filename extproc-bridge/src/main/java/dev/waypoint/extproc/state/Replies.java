package dev.waypoint.extproc.state;

import com.google.protobuf.Duration;
import dev.waypoint.extproc.v3.ProcessingResponse;
import org.jspecify.annotations.Nullable;

/** What the processor says about the two directions, and the wishes that come with it. */
final class Replies {

    private final MachineSettings settings;
    private final Effects out;
    private final Lane request;
    private final Lane response;

    Replies(MachineSettings settings, Effects out, Lane request, Lane response) {
        this.settings = settings;
        this.out = out;
        this.request = request;
        this.response = response;
    }

    /**
     * Gives a reply to the direction that it is about.
     *
     * @param overridden whether the message changed modes
     * @param answering whether a streamed immediate response runs, during which nothing about the request fits
     */
    @Nullable
    ProtocolFault dispatch(ProcessingResponse message, boolean overridden, boolean answering) {
        return switch (message.getResponseCase()) {
            case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS ->
                answering ? ProtocolFault.UNEXPECTED_REPLY : requestReply(message);
            case RESPONSE_HEADERS ->
                response.replies().headers(message.getResponseHeaders().getResponse());
            case RESPONSE_BODY ->
                response.replies().body(message.getResponseBody().getResponse());
            case RESPONSE_TRAILERS ->
                response.replies().trailers(message.getResponseTrailers().getHeaderMutation());
            case RESPONSE_NOT_SET -> standAlone(overridden);
            case IMMEDIATE_RESPONSE, STREAMED_IMMEDIATE_RESPONSE ->
                throw new IllegalArgumentException("an answer belongs to no direction");
        };
    }

    private @Nullable ProtocolFault requestReply(ProcessingResponse message) {
        if (message.hasRequestHeaders()) {
            return request.replies().headers(message.getRequestHeaders().getResponse());
        }
        if (message.hasRequestBody()) {
            return request.replies().body(message.getRequestBody().getResponse());
        }
        return request.replies().trailers(message.getRequestTrailers().getHeaderMutation());
    }

    /** A message with nothing but a mode override may ask for the request body before the headers are answered. */
    private @Nullable ProtocolFault standAlone(boolean overridden) {
        boolean accepted = overridden
                && request.waiting() == Waiting.HEADERS
                && request.mode() == BodyMode.FULL_DUPLEX_STREAMED
                && request.sendsTrailers();
        if (!accepted) {
            return ProtocolFault.EMPTY_MESSAGE;
        }
        request.timer().stop();
        request.shareStash();
        return null;
    }

    /** Obeys a mode override, if it may. */
    boolean override(ProcessingResponse message) {
        Modes effective = ModeOverrides.effective(message, settings);
        if (!ModeOverrides.isObeyed(message, effective, settings, request.waiting(), response.waiting())) {
            out.fault(ProtocolFault.MODE_OVERRIDE_REFUSED, effective.toString(), "");
            return false;
        }
        request.override(effective);
        response.override(effective);
        return true;
    }

    /** Grants the processor more time, if it may have it. */
    void extend(Duration wish) {
        long millis = wish.getSeconds() > 3600 * 24 || wish.getSeconds() < 0
                ? -1
                : wish.getSeconds() * 1000 + wish.getNanos() / 1_000_000;
        boolean granted = millis >= 1
                && millis <= settings.timeouts().max()
                && (request.timer().extend(millis) || response.timer().extend(millis));
        if (granted) {
            out.count(Effects.Count.OVERRIDE_MESSAGE_TIMEOUT_RECEIVED);
        } else {
            out.count(Effects.Count.OVERRIDE_MESSAGE_TIMEOUT_IGNORED);
            out.fault(
                    ProtocolFault.TIMEOUT_OVERRIDE_REFUSED,
                    wish.getSeconds() + " s " + wish.getNanos() + " ns",
                    "1 ms to " + settings.timeouts().max() + " ms");
        }
    }
}

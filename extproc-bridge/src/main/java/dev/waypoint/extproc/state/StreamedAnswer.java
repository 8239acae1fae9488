package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A streamed immediate response: an answer that the processor gives piece by piece. */
final class StreamedAnswer {

    private final MachineSettings settings;
    private final Effects out;
    private final Lane request;
    private final Lane response;

    private boolean begun;
    private boolean ended;

    StreamedAnswer(MachineSettings settings, Effects out, Lane request, Lane response) {
        this.settings = settings;
        this.out = out;
        this.request = request;
        this.response = response;
    }

    /** Whether the answer has begun. */
    boolean isBegun() {
        return begun;
    }

    /** Whether the answer is complete. */
    boolean isEnded() {
        return ended;
    }

    /** The response that comes by is this answer: the processor is not asked about it, nor after it began in the wrong way. */
    @Nullable
    ProtocolFault on(StreamedImmediateResponse piece) {
        return switch (piece.getResponseCase()) {
            case HEADERS_RESPONSE -> begin(piece.getHeadersResponse());
            case BODY_RESPONSE -> {
                if (!begun) {
                    response.override(Modes.OFF);
                    yield ProtocolFault.LOCAL_BODY_BEFORE_HEADERS;
                }
                ended = piece.getBodyResponse().getEndOfStream();
                out.replyData(Bytes.of(piece.getBodyResponse().getBody()), ended);
                yield null;
            }
            case TRAILERS_RESPONSE -> {
                if (!begun) {
                    response.override(Modes.OFF);
                    yield ProtocolFault.LOCAL_TRAILERS_BEFORE_HEADERS;
                }
                ended = true;
                out.replyTrailers(trailers(piece.getTrailersResponse()));
                yield null;
            }
            case RESPONSE_NOT_SET -> ProtocolFault.UNEXPECTED_REPLY;
        };
    }

    private @Nullable ProtocolFault begin(dev.waypoint.extproc.v3.HttpHeaders headers) {
        if (begun || request.waiting() != Waiting.HEADERS) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        response.override(Modes.OFF);
        boolean whole = headers.getEndOfStream();
        BodyMode mode = request.mode();
        if (!whole && mode != BodyMode.NONE && mode != BodyMode.FULL_DUPLEX_STREAMED) {
            return ProtocolFault.LOCAL_BODY_IN_THIS_MODE;
        }
        var head = new ImmediateReplies.StreamedHead();
        ProtocolFault fault = head.read(
                        headers.getHeaders().getHeadersList(), settings.mutator(), request.edits()::ignored)
                .orElse(null);
        if (fault != null) {
            out.count(Effects.Count.REJECTED_HEADER_MUTATIONS);
            return fault;
        }
        request.timer().answered();
        request.pieces().discard();
        begun = true;
        ended = whole;
        out.replyHead(head.status(), head.headers(), whole);
        return null;
    }

    private HttpHeaders trailers(HeaderMap map) {
        HttpHeadersBuilder trailers = HttpHeaders.builder();
        for (HeaderValue header : map.getHeadersList()) {
            if (header.getKey().startsWith(":")) {
                out.fault(ProtocolFault.PSEUDO_TRAILER, header.getKey(), "");
            } else {
                String raw = header.getRawValue().toString(StandardCharsets.ISO_8859_1);
                trailers.add(header.getKey(), raw.isEmpty() ? header.getValue() : raw);
            }
        }
        return trailers.build();
    }
}

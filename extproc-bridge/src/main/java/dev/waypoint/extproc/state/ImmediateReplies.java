package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.ResponseHead;
import java.util.Optional;
import java.util.OptionalInt;

/** Answers that a processor has the proxy give. */
final class ImmediateReplies {

    private ImmediateReplies() {}

    /** The answer; header changes that cannot be made are left out. */
    static LocalReply of(ImmediateResponse response, HeaderMutator mutator, HeaderMutator.Observer observer) {
        int wished = response.getStatus().getCodeValue();
        int status = wished < 200 ? 200 : Math.min(wished, 599);
        ResponseHead head = new ResponseHead(status, HttpHeaders.builder());
        mutator.apply(response.getHeaders(), Heads.of(head), HeaderMutator.Purpose.LOCAL, observer)
                .ifPresent(fault -> observer.ignored(
                        ProtocolFault.IMMEDIATE_HEADERS_REFUSED, "immediate response: " + fault.anchor()));
        head.headers().remove("content-length");
        if (response.getBody().isEmpty()) {
            head.headers().remove("content-type");
        } else if (!head.headers().contains("content-type")) {
            head.headers().set("content-type", "text/plain");
        }
        OptionalInt grpcStatus = response.hasGrpcStatus()
                ? OptionalInt.of(response.getGrpcStatus().getStatus())
                : OptionalInt.empty();
        return new LocalReply(
                status,
                head.headers().build(),
                Bytes.of(response.getBody()),
                ReplyCause.EXT_PROC_REPLY,
                response.getDetails().replaceAll("\\s", "_"),
                grpcStatus);
    }

    /** The head of a streamed answer. */
    static final class StreamedHead {
        private final ResponseHead head = new ResponseHead(200, HttpHeaders.builder());

        /** Reads the headers; a fault that is returned makes the answer useless. */
        Optional<ProtocolFault> read(
                Iterable<HeaderValue> headers, HeaderMutator mutator, HeaderMutator.Observer observer) {
            HeaderFields fields = Heads.of(head);
            for (HeaderValue header : headers) {
                if (header.getKey().equals(":status")) {
                    String value = header.getRawValue().isEmpty()
                            ? header.getValue()
                            : header.getRawValue().toStringUtf8();
                    if (!HeaderMutator.isStatus(value)) {
                        return Optional.of(ProtocolFault.SET_REFUSED);
                    }
                    head.status(Integer.parseInt(value));
                    continue;
                }
                Optional<ProtocolFault> fault = mutator.setLocal(header, fields, observer);
                if (fault.isPresent()) {
                    return fault;
                }
            }
            return Optional.empty();
        }

        int status() {
            return head.status();
        }

        HttpHeaders headers() {
            return head.headers().build();
        }
    }

    /** An error reply. */
    static LocalReply error(int status, String details) {
        return LocalReply.of(status, ReplyCause.EXT_PROC_ERROR, details);
    }
}

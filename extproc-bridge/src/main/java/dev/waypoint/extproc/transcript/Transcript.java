package dev.waypoint.extproc.transcript;

import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * One exchange with a processor.
 *
 * @param origin where it comes from
 * @param entries what happened, in order
 */
public record Transcript(Origin origin, List<Entry> entries) {

    public Transcript {
        entries = List.copyOf(entries);
    }

    /**
     * Where a transcript comes from.
     *
     * @param provider the processor's name
     * @param owner the object that had it called
     * @param requestId the request's id
     * @param request method and path
     * @param reason why it was recorded: {@code marked} or {@code sampled}
     * @param started the time of day of the first message
     */
    public record Origin(
            String provider, String owner, String requestId, String request, String reason, Instant started) {}

    /** Something that happened. Times are microseconds since the first message. */
    public sealed interface Entry {
        /** When. */
        long atMicros();
    }

    /**
     * A message to the processor.
     *
     * @param bytes its size on the wire, without frames
     * @param omitted bytes of its body that were not recorded
     */
    public record Sent(long atMicros, int bytes, int omitted, ProcessingRequest message) implements Entry {}

    /**
     * A message of the processor.
     *
     * @param tookMicros the time since the message that it answers; -1 if it answers none
     */
    public record Received(long atMicros, int bytes, int omitted, long tookMicros, ProcessingResponse message)
            implements Entry {}

    /** Something that the processor did wrong. */
    public record Faulty(long atMicros, ProtocolFault fault, String received, String expected) implements Entry {}

    /**
     * The end of the stream.
     *
     * @param how who ended it
     * @param detail what else is known, such as a gRPC status
     */
    public record Ended(long atMicros, How how, String detail) implements Entry {}

    /** Who ended a stream. */
    public enum How {
        /** The proxy needed nothing more. */
        CLOSED_BY_PROXY,
        /** The processor ended it with OK. */
        ENDED_BY_PROCESSOR,
        /** The processor ended it with an error, or could not be reached. */
        FAILED
    }

    /** The messages to the processor. */
    public Stream<Sent> sent() {
        return entries.stream().filter(Sent.class::isInstance).map(Sent.class::cast);
    }

    /** The messages of the processor. */
    public Stream<Received> received() {
        return entries.stream().filter(Received.class::isInstance).map(Received.class::cast);
    }

    /** Whether every message is here in full, so that it can be replayed. */
    public boolean isComplete() {
        return sent().allMatch(message -> message.omitted() == 0)
                && received().allMatch(message -> message.omitted() == 0);
    }
}

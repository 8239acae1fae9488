package dev.waypoint.extproc.transcript;

import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.Transcript.Ended;
import dev.waypoint.extproc.transcript.Transcript.Entry;
import dev.waypoint.extproc.transcript.Transcript.Faulty;
import dev.waypoint.extproc.transcript.Transcript.How;
import dev.waypoint.extproc.transcript.Transcript.Received;
import dev.waypoint.extproc.transcript.Transcript.Sent;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.Recordings;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Records one exchange as it happens, within limits. Belongs to the exchange's event loop; the text is made elsewhere. */
public final class Recorder {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final AtomicLong SERIAL = new AtomicLong();
    /** More messages than anybody reads; a stream that goes on for days must not fill the memory. */
    private static final int MOST_ENTRIES = 10_000;

    private final Transcript.Origin origin;
    private final Limits limits;
    private final long startNanos;
    private final List<Entry> entries = new ArrayList<>();
    private long keptBytes;

    /**
     * How much is recorded, and what is left out.
     *
     * @param body bytes of the body of one message
     * @param exchange bytes of all bodies
     * @param redaction takes secrets out
     */
    public record Limits(int body, int exchange, Redaction redaction) {}

    /** Begins to record. */
    public Recorder(Transcript.Origin origin, Limits limits, long nowNanos) {
        this.origin = origin;
        this.limits = limits;
        this.startNanos = nowNanos;
    }

    /** A message was sent. */
    public void sent(ProcessingRequest message, long nowNanos) {
        int allowed = allowed();
        ProcessingRequest clipped = Clipping.clip(message, allowed);
        int omitted = Clipping.omitted(message, allowed);
        keptBytes += Clipping.bodyOf(message).size() - omitted;
        add(new Sent(at(nowNanos), message.getSerializedSize(), omitted, clipped));
    }

    /**
     * A message came.
     *
     * @param tookNanos the time since the message that it answers; negative if it answers none
     */
    public void received(ProcessingResponse message, long tookNanos, long nowNanos) {
        int allowed = allowed();
        ProcessingResponse clipped = Clipping.clip(message, allowed);
        int omitted = Clipping.omitted(message, allowed);
        keptBytes += Clipping.bodyOf(message).size() - omitted;
        long took = tookNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(tookNanos);
        add(new Received(at(nowNanos), message.getSerializedSize(), omitted, took, clipped));
    }

    /** The processor did something wrong. */
    public void fault(ProtocolFault fault, String received, String expected, long nowNanos) {
        add(new Faulty(at(nowNanos), fault, received, expected));
    }

    /** The stream is over. */
    public void ended(How how, String detail, long nowNanos) {
        add(new Ended(at(nowNanos), how, detail));
    }

    private int allowed() {
        return Math.clamp(limits.exchange() - keptBytes, 0, limits.body());
    }

    private void add(Entry entry) {
        if (entries.size() < MOST_ENTRIES) {
            entries.add(entry);
        }
    }

    private long at(long nowNanos) {
        return TimeUnit.NANOSECONDS.toMicros(nowNanos - startNanos);
    }

    /** Hands the transcript over. */
    public void finish(Recordings recordings) {
        Transcript transcript = new Transcript(origin, entries);
        String name = TIME.format(origin.started()) + "-" + origin.provider() + "-"
                + Long.toString(SERIAL.incrementAndGet(), Character.MAX_RADIX) + ".transcript";
        recordings.write(name, () -> TranscriptText.write(transcript, limits.redaction()));
    }
}

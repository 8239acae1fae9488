package dev.waypoint.extproc.replay;

import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.extproc.transcript.Transcript;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One recorded exchange, to be played against a processor.
 *
 * @param name a name for people, such as the file's
 * @param transcript what was recorded
 * @param settings what does not matter
 */
public record Replay(String name, Transcript transcript, ReplaySettings settings) {

    /**
     * Plays the exchange against a processor, and tells what it answers differently.
     *
     * @return the differences; none if it answers as before
     */
    public List<Difference> differences(ProcessorAddress processor) {
        if (!transcript.isComplete()) {
            return List.of(new Difference(
                    "the transcript",
                    "bodies that were cut",
                    "not played: record with larger maxBodyBytes and maxBytes to have whole bodies"));
        }
        ManagedChannel channel = processor.channel().build();
        try {
            Answers now = new Player(channel, settings.timeout()).play(transcript);
            return new Comparison(settings).compare(Answers.of(transcript), now);
        } finally {
            shutdown(channel);
        }
    }

    private static void shutdown(ManagedChannel channel) {
        channel.shutdownNow();
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Plays the exchange against a processor in plain text, for tests.
     *
     * @throws AssertionError if the processor answers differently
     */
    public void against(String host, int port) {
        against(ProcessorAddress.plain(host, port));
    }

    /**
     * Plays the exchange, for tests.
     *
     * @throws AssertionError if the processor answers differently
     */
    public void against(ProcessorAddress processor) {
        List<Difference> differences = differences(processor);
        if (!differences.isEmpty()) {
            StringBuilder text = new StringBuilder(name + ": the processor answers differently\n");
            differences.forEach(text::append);
            throw new AssertionError(text.toString());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

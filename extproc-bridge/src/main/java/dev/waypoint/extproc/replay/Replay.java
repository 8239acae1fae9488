package dev.waypoint.extproc.replay;

import dev.waypoint.extproc.transcript.Transcript;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
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
     * Plays the exchange against a processor that is reached in plain text, and tells what it answers differently.
     *
     * @return the differences; none if it answers as before
     */
    public List<Difference> differences(String host, int port) {
        if (!transcript.isComplete()) {
            return List.of(new Difference(
                    "the transcript",
                    "bodies that were cut",
                    "not played: record with larger maxBodyBytes and maxBytes to have whole bodies"));
        }
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(host, port).usePlaintext().build();
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
     * Plays the exchange, for tests.
     *
     * @throws AssertionError if the processor answers differently
     */
    public void against(String host, int port) {
        List<Difference> differences = differences(host, port);
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

package dev.waypoint.extproc.check;

import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One stream to a processor, message by message, for what the proxy's own filter never does. */
final class RawStream {

    private final ClientCall<ProcessingRequest, ProcessingResponse> call;
    private final LinkedBlockingQueue<ProcessingResponse> replies = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final boolean reading;

    /** @param reading whether replies are taken as they come; else by {@link #read} */
    RawStream(Channel channel, boolean reading) {
        this.reading = reading;
        this.call = channel.newCall(ExternalProcessorGrpc.getProcessMethod(), CallOptions.DEFAULT);
        call.start(new Replies(), new Metadata());
        if (reading) {
            call.request(1);
        }
    }

    private final class Replies extends ClientCall.Listener<ProcessingResponse> {
        @Override
        public void onMessage(ProcessingResponse message) {
            replies.add(message);
            if (reading) {
                call.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
        }
    }

    void send(ProcessingRequest message) {
        call.sendMessage(message);
    }

    /** Whether the processor, or the transport before it, takes more without storing it. */
    boolean isReady() {
        return call.isReady();
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the check cancels", null);
    }

    void read(int messages) {
        call.request(messages);
    }

    /** The next reply; empty if none came in time or the stream ended. */
    Optional<ProcessingResponse> next(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (System.nanoTime() < end) {
                ProcessingResponse reply = replies.poll(5, TimeUnit.MILLISECONDS);
                if (reply != null) {
                    return Optional.of(reply);
                }
                if (ended.isDone() && replies.isEmpty()) {
                    return Optional.empty();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** The status that the stream ended with; empty if it did not end in time. */
    Optional<Status> end(Duration patience) {
        try {
            return Optional.of(ended.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What became of the stream, for messages. */
    String state() {
        return ended.isDone() ? "the stream ended with " + text(ended.getNow(Status.UNKNOWN)) : "no reply came";
    }

    /** A status in one line. */
    static String text(Status status) {
        Throwable cause = status.getCause();
        String description = status.getDescription();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return status.getCode()
                + (description == null ? "" : ": " + description)
                + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }
}

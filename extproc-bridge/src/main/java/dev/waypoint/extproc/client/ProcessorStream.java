package dev.waypoint.extproc.client;

import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange. All calls, and all calls of its listener, are made on the exchange's event loop. Replies are read
 * one at a time, and only while {@link #reading} is on.
 */
public final class ProcessorStream {

    /** What becomes of the stream. */
    public interface Listener {
        /** The processor said something. */
        void onReply(ProcessingResponse reply);

        /** The processor said something after nothing more was to be heard. */
        void onLateReply(ProcessingResponse reply);

        /** The stream takes more messages again. */
        void onReady();

        /** The processor ended the stream with OK. */
        void onEnded();

        /** The stream failed, or did not come about; the code is gRPC's. */
        void onFailed(int code, String text);
    }

    /** Gives the channel for one more try. */
    interface Attempts {
        /** A channel, or empty if there is no endpoint. */
        Optional<Attempt> next();

        /** Why there is none. */
        String refusal();

        /** The stream is over. */
        void released();
    }

    /** One try. */
    interface Attempt {
        Channel channel();

        /** The endpoint answered. */
        void succeeded();

        /** The endpoint could not be reached. */
        void failed();
    }

    /** gRPC's own 32 KiB are less than one read of a connection: every piece of a body would hold up the next. */
    private static final int READY_BYTES = 256 * 1024;

    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES);
    private static final long GRACE_MILLIS = 1000;
    private static final long CONNECT_MILLIS = 10_000;

    private final EventExecutor loop;
    private final Listener listener;
    private final Attempts attempts;
    private final Metadata headers;

    private @Nullable ClientCall<ProcessingRequest, ProcessingResponse> call;
    /** What was sent while the stream may have to be started again. */
    private final @Nullable List<ProcessingRequest> replay;

    private int retriesLeft;
    private boolean answered;
    private boolean reached;
    private boolean reading = true;
    private boolean owesRequest;
    private boolean halfClosed;
    private boolean over;
    /** The wait for the end of a half-closed stream. Given up with the stream: it would hold the whole exchange meanwhile. */
    private @Nullable Future<?> grace;

    ProcessorStream(EventExecutor loop, Listener listener, Attempts attempts, Metadata headers, int startRetries) {
        this.loop = loop;
        this.listener = listener;
        this.attempts = attempts;
        this.headers = headers;
        this.retriesLeft = startRetries;
        this.replay = startRetries > 0 ? new ArrayList<>(2) : null;
    }

    /** Begins the stream; a failure is told to the listener, possibly before this returns. */
    void start() {
        Optional<Attempt> next = attempts.next();
        if (next.isEmpty()) {
            finish(Status.UNAVAILABLE.withDescription(attempts.refusal()));
            return;
        }
        Attempt attempt = next.get();
        ClientCall<ProcessingRequest, ProcessingResponse> started =
                attempt.channel().newCall(ProcessMethod.DESCRIPTOR, OPTIONS);
        call = started;
        reached = false;
        Metadata sent = new Metadata();
        sent.merge(headers);
        started.start(new CallListener(attempt, started), sent);
        started.request(1);
        if (replay != null) {
            replay.forEach(started::sendMessage);
        }
        if (halfClosed) {
            started.halfClose();
        }
    }

    /** Sends a message; dropped when the stream is over. */
    public void send(ProcessingRequest message) {
        if (over || halfClosed) {
            return;
        }
        if (replay != null && !answered) {
            replay.add(message);
        }
        if (call != null) {
            call.sendMessage(message);
        }
    }

    /**
     * Whether a message that is sent now is written before {@link #send} returns, so that its memory is free again. gRPC does so
     * from the moment the stream has a connection, and keeps messages until then.
     */
    public boolean writesAtOnce() {
        reached |= call != null && call.isReady();
        return reached && (replay == null || answered);
    }

    /** Whether messages leave at once; else they are queued, and {@link Listener#onReady} follows. */
    public boolean isReady() {
        return over || call == null || call.isReady();
    }

    /** Whether replies are read. */
    public void reading(boolean on) {
        reading = on;
        if (on && owesRequest && call != null) {
            owesRequest = false;
            call.request(1);
        }
    }

    /** Nothing more will be sent or heard; the processor has a moment to end the stream in good order. */
    public void close() {
        close(GRACE_MILLIS);
    }

    /** The same with a time in milliseconds for the processor to end the stream. */
    public void close(long graceMillis) {
        if (over || halfClosed) {
            return;
        }
        halfClosed = true;
        if (call == null) {
            return;
        }
        call.halfClose();
        reading(true);
        cancelLater(graceMillis, 0);
    }

    /** The moment begins when the processor is reached, which is waited for within limits. */
    private void cancelLater(long graceMillis, long waitedMillis) {
        grace = loop.schedule(
                () -> {
                    if (over) {
                        return;
                    }
                    if (!reached && waitedMillis < CONNECT_MILLIS) {
                        cancelLater(graceMillis, waitedMillis + graceMillis + 1);
                    } else {
                        cancel("the exchange is over");
                    }
                },
                graceMillis,
                TimeUnit.MILLISECONDS);
    }

    /** Ends the stream at once. */
    public void cancel(String reason) {
        if (over) {
            return;
        }
        halfClosed = true;
        end();
        if (call != null) {
            call.cancel(reason, null);
        }
    }

    private void end() {
        over = true;
        attempts.released();
        if (grace != null) {
            grace.cancel(false);
        }
    }

    private void finish(Status status) {
        if (over) {
            return;
        }
        end();
        if (halfClosed) {
            return;
        }
        if (status.isOk()) {
            listener.onEnded();
        } else {
            String text = status.getDescription();
            listener.onFailed(status.getCode().value(), text == null ? "" : text);
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private final class CallListener extends ClientCall.Listener<ProcessingResponse> {
        private final Attempt attempt;
        private final ClientCall<ProcessingRequest, ProcessingResponse> own;

        CallListener(Attempt attempt, ClientCall<ProcessingRequest, ProcessingResponse> own) {
            this.attempt = attempt;
            this.own = own;
        }

        @Override
        public void onHeaders(Metadata received) {
            onLoop(() -> {
                answered = true;
                attempt.succeeded();
            });
        }

        @Override
        public void onMessage(ProcessingResponse message) {
            onLoop(() -> {
                answered = true;
                if (reading || halfClosed) {
                    own.request(1);
                } else {
                    owesRequest = true;
                }
                if (over) {
                    return;
                }
                if (halfClosed) {
                    listener.onLateReply(message);
                } else {
                    listener.onReply(message);
                }
            });
        }

        @Override
        public void onReady() {
            onLoop(() -> {
                reached = true;
                if (!over && !halfClosed) {
                    listener.onReady();
                }
            });
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            onLoop(() -> {
                boolean unreachable = !answered && status.getCode() == Status.Code.UNAVAILABLE;
                if (unreachable) {
                    attempt.failed();
                }
                if (unreachable && retriesLeft > 0 && !over) {
                    retriesLeft--;
                    start();
                } else {
                    finish(status);
                }
            });
        }
    }
}

package dev.waypoint.extproc.replay;

import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.transcript.Transcript.Ended;
import dev.waypoint.extproc.transcript.Transcript.Entry;
import dev.waypoint.extproc.transcript.Transcript.Faulty;
import dev.waypoint.extproc.transcript.Transcript.Received;
import dev.waypoint.extproc.transcript.Transcript.Sent;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Says to a processor what was said when an exchange was recorded. Each message waits until as many replies have come as had come
 * then; pieces of streamed bodies do not count, since a processor is free to cut them as it likes.
 */
final class Player {

    private final Channel channel;
    private final long timeoutNanos;

    Player(Channel channel, Duration timeout) {
        this.channel = channel;
        this.timeoutNanos = timeout.toNanos();
    }

    /** What came back; written by the channel's threads, read by the player's. */
    private static final class Heard implements StreamObserver<ProcessingResponse> {
        private final List<ProcessingResponse> replies = new ArrayList<>();
        private int counted;
        private String end = Answers.OPEN;

        @Override
        public synchronized void onNext(ProcessingResponse reply) {
            replies.add(reply);
            counted += Comparison.isPiece(reply) ? 0 : 1;
            notifyAll();
        }

        @Override
        public synchronized void onError(Throwable failure) {
            end = Answers.failed(Status.fromThrowable(failure).getCode().value());
            notifyAll();
        }

        @Override
        public synchronized void onCompleted() {
            end = Answers.OK;
            notifyAll();
        }

        synchronized boolean isOver() {
            return !end.equals(Answers.OPEN);
        }

        synchronized int counted() {
            return counted;
        }

        synchronized Answers answers() {
            return new Answers(replies, end);
        }

        /** Waits for something; a stream that is over will bring nothing more. */
        synchronized boolean await(BooleanSupplier happened, long nanos) {
            long deadline = System.nanoTime() + nanos;
            try {
                while (!happened.getAsBoolean()) {
                    long left = (deadline - System.nanoTime()) / 1_000_000;
                    if (left <= 0 || isOver()) {
                        return happened.getAsBoolean();
                    }
                    wait(left);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    Answers play(Transcript transcript) {
        Heard heard = new Heard();
        StreamObserver<ProcessingRequest> stream =
                ExternalProcessorGrpc.newStub(channel).process(heard);
        int expected = 0;
        boolean closedByUs = false;
        boolean going = true;
        for (Entry entry : transcript.entries()) {
            switch (entry) {
                case Sent sent -> {
                    going = going && awaitReplies(heard, expected) && !heard.isOver();
                    if (going) {
                        stream.onNext(sent.message());
                    }
                }
                case Received received -> expected += Comparison.isPiece(received.message()) ? 0 : 1;
                case Ended ended -> closedByUs = ended.how() == Transcript.How.CLOSED_BY_PROXY;
                case Faulty _ -> {}
            }
        }
        boolean byProcessor = !closedByUs && transcript.entries().stream().anyMatch(Ended.class::isInstance);
        return finish(heard, stream, expected, byProcessor);
    }

    private boolean awaitReplies(Heard heard, int expected) {
        return heard.await(() -> heard.counted() >= expected, timeoutNanos);
    }

    /** How a processor ends a stream that the proxy ended first is no answer of it, unless that is an error. */
    private Answers finish(Heard heard, StreamObserver<ProcessingRequest> stream, int expected, boolean endsByItself) {
        awaitReplies(heard, expected);
        if (endsByItself) {
            heard.await(heard::isOver, timeoutNanos);
            Answers answers = heard.answers();
            cancel(heard, stream);
            return answers;
        }
        boolean overBefore = heard.isOver();
        if (!overBefore) {
            stream.onCompleted();
            heard.await(heard::isOver, timeoutNanos);
        }
        Answers answers = heard.answers();
        boolean failed = answers.end().startsWith("gRPC");
        cancel(heard, stream);
        return new Answers(answers.replies(), overBefore || failed ? answers.end() : Answers.OPEN);
    }

    private static void cancel(Heard heard, StreamObserver<ProcessingRequest> stream) {
        if (!heard.isOver()) {
            stream.onError(
                    Status.CANCELLED.withDescription("the replay is over").asException());
        }
    }
}

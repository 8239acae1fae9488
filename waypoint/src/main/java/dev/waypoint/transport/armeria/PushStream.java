package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A stream that the engine pushes into and Armeria subscribes to; confined to one event loop, which Armeria's own streams are
 * not and pay for. Objects go straight to the subscriber when it asked for some, else they wait here.
 */
abstract class PushStream implements StreamMessage<HttpObject>, Subscription {

    /** How many bytes may wait before the stream calls itself full. */
    private static final int HIGH_WATER = 64 * 1024;

    private static final int LOW_WATER = 32 * 1024;

    private final EventExecutor loop;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private @Nullable ArrayDeque<HttpObject> waiting;
    private @Nullable Subscriber<? super HttpObject> subscriber;
    private long demand;
    private int waitingBytes;
    private boolean full;
    private boolean delivering;
    private boolean finished;
    private boolean done;
    private @Nullable Throwable failure;

    PushStream(EventExecutor loop) {
        this.loop = loop;
    }

    /** Told once when the stream fell below its low water mark after it had been full. */
    abstract void onDrained();

    /** Told when Armeria wants no more of the stream although it has not been finished. */
    abstract void onDropped(@Nullable Throwable cause);

    /** Told once when everything was delivered or dropped. */
    void onDone() {}

    /** Told when Armeria starts to take the stream. */
    void onSubscribed() {}

    /** The event loop. */
    final EventExecutor loop() {
        return loop;
    }

    /** Whether more fits. */
    final boolean hasRoom() {
        if (waitingBytes >= HIGH_WATER) {
            full = true;
        }
        return !full;
    }

    /** Adds an object; takes over its buffers. */
    final void push(HttpObject object) {
        if (finished || done) {
            release(object);
            return;
        }
        Subscriber<? super HttpObject> to = subscriber;
        if (to != null && demand > 0 && !delivering && isNothingWaiting()) {
            demand--;
            deliver(to, object);
            return;
        }
        ArrayDeque<HttpObject> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(4);
            waiting = queue;
        }
        queue.add(object);
        if (object instanceof HttpData data) {
            waitingBytes += data.length();
        }
    }

    /** Says that nothing more is pushed. */
    final void finish() {
        if (!finished && !done) {
            finished = true;
            drain();
        }
    }

    /** Ends the stream with an error at once; what waits is dropped. */
    final void fail(Throwable cause) {
        if (!done) {
            finished = true;
            failure = cause;
            dropWaiting();
            drain();
        }
    }

    /** Whether everything was delivered or dropped. */
    final boolean isDone() {
        return done;
    }

    @Override
    public final void subscribe(
            Subscriber<? super HttpObject> to, EventExecutor executor, SubscriptionOption... options) {
        if (!executor.equals(loop) || subscriber != null || !loop.inEventLoop()) {
            throw new IllegalStateException("one subscriber on the exchange's own event loop expected");
        }
        subscriber = to;
        onSubscribed();
        to.onSubscribe(this);
        drain();
    }

    @Override
    public final void request(long n) {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        drain();
    }

    @Override
    public final void cancel() {
        stop(CancelledSubscriptionException.get(), false);
    }

    @Override
    public final void abort() {
        abort(CancelledSubscriptionException.get());
    }

    @Override
    public final void abort(Throwable cause) {
        if (loop.inEventLoop()) {
            stop(cause, true);
        } else {
            loop.execute(() -> stop(cause, true));
        }
    }

    private void stop(Throwable cause, boolean tell) {
        if (done) {
            return;
        }
        done = true;
        dropWaiting();
        Subscriber<? super HttpObject> to = subscriber;
        completion.completeExceptionally(cause);
        if (tell && to != null) {
            to.onError(cause);
        }
        onDone();
        if (!finished) {
            onDropped(cause);
        }
    }

    private void drain() {
        Subscriber<? super HttpObject> to = subscriber;
        if (to == null || delivering) {
            return;
        }
        ArrayDeque<HttpObject> queue = waiting;
        while (!done && demand > 0 && queue != null && !queue.isEmpty()) {
            HttpObject next = queue.remove();
            if (next instanceof HttpData data) {
                waitingBytes -= data.length();
            }
            demand--;
            deliver(to, next);
        }
        if (finished && !done && isNothingWaiting()) {
            complete(to);
        } else if (full && waitingBytes <= LOW_WATER && !done) {
            full = false;
            onDrained();
        }
    }

    private void deliver(Subscriber<? super HttpObject> to, HttpObject object) {
        delivering = true;
        try {
            to.onNext(object);
        } finally {
            delivering = false;
        }
        if (finished || (waiting != null && demand > 0)) {
            drain();
        }
    }

    private void complete(Subscriber<? super HttpObject> to) {
        done = true;
        Throwable cause = failure;
        if (cause == null) {
            to.onComplete();
            completion.complete(null);
        } else {
            to.onError(cause);
            completion.completeExceptionally(cause);
        }
        onDone();
    }

    private boolean isNothingWaiting() {
        return waiting == null || waiting.isEmpty();
    }

    private void dropWaiting() {
        ArrayDeque<HttpObject> queue = waiting;
        if (queue != null) {
            queue.forEach(PushStream::release);
            queue.clear();
            waitingBytes = 0;
        }
    }

    private static void release(HttpObject object) {
        if (object instanceof HttpData data) {
            data.close();
        }
    }

    @Override
    public final boolean isOpen() {
        return !finished && !done;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public final long demand() {
        return demand;
    }

    @Override
    public final CompletableFuture<Void> whenComplete() {
        return completion;
    }
}

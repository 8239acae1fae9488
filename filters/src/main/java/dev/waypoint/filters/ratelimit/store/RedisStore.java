package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.ratelimit.Grant;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buckets on Redis or Valkey servers, and whether they can be reached. One failed or late answer makes the store count as away,
 * so that later requests need not wait to find the same; it is back when it answers a ping, which is sent at once and then four
 * times a second.
 */
final class RedisStore {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final long PROBE_MILLIS = 250;

    private final StoreSettings settings;
    private final RedisLink.Opener opener;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile @Nullable RedisLink link;
    private volatile boolean away;
    private volatile boolean closed;
    private volatile CompletableFuture<RedisLink> opening = new CompletableFuture<>();

    RedisStore(StoreSettings settings, ClientResources resources, ScheduledExecutorService timer) {
        this.settings = settings;
        this.opener = RedisLink.opener(settings, resources);
        this.timer = timer;
        connect();
    }

    /** Whether it makes no sense to ask now. */
    boolean isAway() {
        return away;
    }

    /** Takes up to so many tokens from a bucket, which is made if there is none. Fails when the store gives no answer in time. */
    CompletableFuture<Grant> take(byte[] key, BucketConfiguration rate, long most) {
        CompletableFuture<Grant> answer = inTime(opening.thenCompose(open -> bucket(open, key, rate)
                .asVerbose()
                .tryConsumeAsMuchAsPossible(most)
                .thenApply(result -> new Grant(
                        result.getValue(), Math.max(0, result.getDiagnostics().getAvailableTokens())))));
        return answer.whenComplete((_, failure) -> {
            if (failure != null) {
                missed(failure);
            }
        });
    }

    /** Puts unused tokens back; a bucket never holds more than its burst. If it fails they are lost until they come back by time. */
    void giveBack(byte[] key, BucketConfiguration rate, long tokens) {
        RedisLink open = link;
        if (open != null && !away) {
            var _ = inTime(bucket(open, key, rate).addTokens(tokens)).exceptionally(_ -> null);
        }
    }

    private static AsyncBucketProxy bucket(RedisLink open, byte[] key, BucketConfiguration rate) {
        return open.buckets().builder().build(key, () -> CompletableFuture.completedFuture(rate));
    }

    private <T> CompletableFuture<T> inTime(CompletableFuture<T> answer) {
        return answer.copy().orTimeout(settings.config().timeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void connect() {
        var _ = opener.open().whenComplete((open, failure) -> {
            if (failure != null) {
                missed(failure);
                return;
            }
            if (closed) {
                open.connection().closeAsync();
                return;
            }
            link = open;
            opening.complete(open);
            returned();
        });
    }

    private void missed(Throwable failure) {
        if (closed) {
            return;
        }
        if (!away) {
            away = true;
            LOG.warn("rate limits: the store at {} gives no answer ({})", settings, reason(failure));
        }
        if (probing.compareAndSet(false, true)) {
            probe();
        }
    }

    private void probe() {
        RedisLink open = link;
        if (open == null) {
            probing.set(false);
            later(this::connect);
            return;
        }
        var _ = inTime(open.ping().get().toCompletableFuture()).whenComplete((_, failure) -> {
            if (failure == null) {
                probing.set(false);
                returned();
            } else {
                later(this::probe);
            }
        });
    }

    private void later(Runnable what) {
        if (!closed) {
            timer.schedule(what, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void returned() {
        if (away) {
            away = false;
            LOG.info("rate limits: the store at {} answers again", settings);
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof java.util.concurrent.ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TimeoutException
                ? "too late"
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Closes the connection. */
    void close() {
        closed = true;
        opening.completeExceptionally(new IllegalStateException("closed"));
        var _ = opener.client().shutdownAsync(0, 1, TimeUnit.SECONDS);
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}

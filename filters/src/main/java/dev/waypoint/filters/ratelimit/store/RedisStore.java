package dev.waypoint.filters.ratelimit.store;

import dev.waypoint.ratelimit.Grant;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
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
    private static final String TOO_LATE = "too late";

    private final StoreSettings settings;
    private final RedisLink.Opener opener;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile @Nullable RedisLink link;
    private volatile boolean away;
    private volatile String why = "";
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

    /** For people: nothing, or that it is away and why. */
    String absence() {
        return away ? " (away): " + why : "";
    }

    /**
     * Takes up to so many tokens from a bucket, which is made if there is none. One of another rate is changed first, and keeps its fill
     * level in proportion. Fails when the store gives no answer in time.
     */
    CompletableFuture<Grant> take(byte[] key, BucketConfiguration rate, long most) {
        CompletableFuture<Grant> answer =
                inTime(opening.thenCompose(open -> take(bucket(open, key, rate), rate, most)));
        return answer.whenComplete((_, failure) -> {
            if (failure != null) {
                missed(failure);
            }
        });
    }

    private static CompletableFuture<Grant> take(AsyncBucketProxy bucket, BucketConfiguration rate, long most) {
        return bucket.asVerbose().tryConsumeAsMuchAsPossible(most).thenCompose(result -> {
            if (result.getConfiguration().equals(rate)) {
                return CompletableFuture.completedFuture(grant(result));
            }
            // Only the answer tells what rate the bucket has. What was taken goes back, so that it changes in
            // proportion, too.
            return bucket.addTokens(result.getValue())
                    .thenCompose(_ -> bucket.replaceConfiguration(rate, TokensInheritanceStrategy.PROPORTIONALLY))
                    .thenCompose(_ -> bucket.asVerbose().tryConsumeAsMuchAsPossible(most))
                    .thenApply(RedisStore::grant);
        });
    }

    private static Grant grant(VerboseResult<Long> result) {
        return new Grant(result.getValue(), Math.max(0, result.getDiagnostics().getAvailableTokens()));
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
                // Whoever waits for this connection need not wait until it is too late.
                CompletableFuture<RedisLink> vain = opening;
                opening = new CompletableFuture<>();
                vain.completeExceptionally(failure);
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
        String reason = reason(failure);
        // Why there is no connection says more than that its answer did not come.
        why = link == null && away && reason.equals(TOO_LATE) ? why : reason;
        if (!away) {
            away = true;
            LOG.warn("rate limits: the store at {} gives no answer: {}", settings, why);
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

    /** The innermost cause says most: what lies around it is that it could not connect. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        boolean handshake = failure instanceof SSLException;
        while (cause.getCause() != null) {
            cause = cause.getCause();
            handshake |= cause instanceof SSLException;
        }
        if (cause instanceof TimeoutException) {
            return TOO_LATE;
        }
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return handshake
                ? "TLS failed: " + text
                        + "; expected a certificate that global.tls.caCertificateRef, or else the platform, vouches"
                        + " for, with the name in global.addresses"
                : text;
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

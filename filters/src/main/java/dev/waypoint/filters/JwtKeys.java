package dev.waypoint.filters;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys (RFC 7517) of one issuer. Keys of a file or URL are loaded again when they are older than the refresh interval, while the
 * old ones go on being used, and at once (but not more often than every ten seconds) when a token names a key that is not known.
 * If loading fails, the old keys stay.
 */
final class JwtKeys {

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
    private static final long MAX_BYTES = 1024L * 1024;

    private final @Nullable Supplier<CompletableFuture<KeySet>> loader;
    private final Duration refresh;
    private final InstantSource clock;
    private final AtomicReference<@Nullable CompletableFuture<KeySet>> loading = new AtomicReference<>();
    private volatile @Nullable KeySet current;
    private volatile Instant tried = Instant.EPOCH;

    private JwtKeys(
            @Nullable Supplier<CompletableFuture<KeySet>> loader,
            @Nullable KeySet current,
            Duration refresh,
            InstantSource clock) {
        this.loader = loader;
        this.current = current;
        this.refresh = refresh;
        this.clock = clock;
    }

    /** Keys as they were loaded once; told apart by identity, which is cheaper than to compare the keys. */
    static final class KeySet {
        private final JWKSet keys;

        private KeySet(JWKSet keys) {
            this.keys = keys;
        }

        JWKSet keys() {
            return keys;
        }
    }

    /** Keys that never change. */
    static JwtKeys fixed(String text, String where) {
        return new JwtKeys(null, parse(text, where), Duration.ZERO, InstantSource.system());
    }

    /** Keys of a file. */
    static JwtKeys ofFile(Path file, Duration refresh, InstantSource clock) {
        return new JwtKeys(() -> read(file), null, refresh, clock);
    }

    /** Keys behind a URL. */
    static JwtKeys ofUrl(String url, Duration refresh, InstantSource clock) {
        WebClient client = WebClient.builder()
                .responseTimeout(FETCH_TIMEOUT)
                .maxResponseLength(MAX_BYTES)
                .build();
        return new JwtKeys(
                () -> client.get(url).aggregate().thenApply(response -> parse(checked(response, url), url)),
                null,
                refresh,
                clock);
    }

    /** Takes over what a predecessor of the same source has, so that a change of configuration needs no new download. */
    JwtKeys startingWith(JwtKeys predecessor) {
        current = predecessor.current;
        tried = predecessor.tried;
        return this;
    }

    private static CompletableFuture<KeySet> read(Path file) {
        CompletableFuture<KeySet> result = new CompletableFuture<>();
        Thread.ofVirtual().name("jwt-keys").start(() -> {
            try {
                result.complete(parse(Files.readString(file), file.toString()));
            } catch (IOException e) {
                result.completeExceptionally(new UncheckedIOException(e));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static String checked(AggregatedHttpResponse response, String url) {
        if (response.status().code() != 200) {
            throw new IllegalStateException(
                    url + " answered " + response.status().code() + ", expected 200");
        }
        return response.contentUtf8();
    }

    private static KeySet parse(String text, String where) {
        try {
            JWKSet keys = JWKSet.parse(text);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException(where + " has no keys");
            }
            return new KeySet(keys);
        } catch (ParseException e) {
            throw new IllegalArgumentException(where + " is not a JSON Web Key Set: " + e.getMessage(), e);
        }
    }

    /** The keys known now, possibly none; starts to load them if they are old. */
    Optional<KeySet> current() {
        if (loader != null && clock.instant().isAfter(tried.plus(refresh))) {
            var _ = load();
        }
        return Optional.ofNullable(current);
    }

    /** Whether loading again now may give other keys. */
    boolean mayLoad() {
        return loader != null && (loading.get() != null || !clock.instant().isBefore(tried.plus(SHORTEST_INTERVAL)));
    }

    /** Loads the keys, or joins a load that is under way. Fails if loading fails. */
    CompletableFuture<KeySet> load() {
        Supplier<CompletableFuture<KeySet>> how = loader;
        if (how == null) {
            return CompletableFuture.failedFuture(new CompletionException("fixed keys are not loaded", null));
        }
        CompletableFuture<KeySet> promise = new CompletableFuture<>();
        CompletableFuture<KeySet> running = loading.compareAndExchange(null, promise);
        if (running != null) {
            return running;
        }
        tried = clock.instant();
        var _ = how.get().whenComplete((keys, failure) -> {
            loading.set(null);
            if (failure == null) {
                current = keys;
                promise.complete(keys);
            } else {
                promise.completeExceptionally(failure);
            }
        });
        return promise;
    }
}

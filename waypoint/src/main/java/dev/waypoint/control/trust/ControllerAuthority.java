package dev.waypoint.control.trust;

import dev.waypoint.control.stream.ControllerIdentity;
import dev.waypoint.control.trust.AuthorityState.Lifetimes;
import dev.waypoint.control.trust.AuthorityStore.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's own authority. It is kept in a store that all replicas share; each replica has a certificate of its own, whose
 * key is nowhere but in its memory. Everything is renewed well before it ends, and no connection is dropped for it.
 */
public final class ControllerAuthority implements ControllerIdentity, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerAuthority.class);
    private static final int ATTEMPTS = 5;

    private final AuthorityStore store;
    private final List<String> names;
    private final InstantSource clock;
    private final Lifetimes lifetimes;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("authority").factory());
    private final ServingKeys keys;
    private volatile AuthorityState state;
    private volatile Runnable listener = () -> {};

    ControllerAuthority(AuthorityStore store, List<String> names, InstantSource clock, Lifetimes lifetimes)
            throws IOException {
        this.store = store;
        this.names = List.copyOf(names);
        this.clock = clock;
        this.lifetimes = lifetimes;
        state = current();
        keys = new ServingKeys(state.serving(this.names, clock.instant(), lifetimes));
    }

    /**
     * Takes up the authority of the store, or makes the first one, and renews what is due from now on.
     *
     * @param names the DNS names by which proxies call the controller
     * @throws IOException if the store cannot be read or written
     */
    public static ControllerAuthority open(AuthorityStore store, List<String> names) throws IOException {
        ControllerAuthority authority =
                new ControllerAuthority(store, names, InstantSource.system(), Lifetimes.DEFAULT);
        long seconds = Duration.ofMinutes(1).toSeconds();
        authority.timer.scheduleWithFixedDelay(authority::refreshQuietly, seconds, seconds, TimeUnit.SECONDS);
        return authority;
    }

    private void refreshQuietly() {
        try {
            refresh();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the controller's authority cannot be refreshed now: {}", e.toString());
        }
    }

    /** Does what is due. */
    synchronized void refresh() throws IOException {
        AuthorityState now = current();
        String before = state.authorities();
        boolean signer = !now.current().certificate().equals(state.current().certificate());
        state = now;
        Instant instant = clock.instant();
        if (signer || !instant.isBefore(AuthorityState.twoThirds(keys.current()))) {
            keys.replace(now.serving(names, instant, lifetimes));
            LOG.info(
                    "the certificate of the config stream was renewed, until {}",
                    keys.current().ends());
        }
        if (!before.equals(now.authorities())) {
            LOG.info("the authorities of the config stream changed");
            listener.run();
        }
    }

    /** The state of the store, after what is due was done to it by us or by another replica. */
    private AuthorityState current() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Stored> stored = store.load();
            Optional<AuthorityState> known = stored.map(one -> AuthorityState.read(one.data()));
            Instant now = clock.instant();
            AuthorityState wanted =
                    known.map(one -> one.advance(now, lifetimes)).orElseGet(() -> AuthorityState.first(now, lifetimes));
            if (known.filter(wanted::equals).isPresent() || store.save(wanted.data(), stored.map(Stored::version))) {
                return wanted;
            }
        }
        throw new IOException("the authority is changed by others all the time, it could not be taken up");
    }

    @Override
    public X509ExtendedKeyManager keys() {
        return keys;
    }

    @Override
    public String authorities() {
        return state.authorities();
    }

    @Override
    public void onAuthorities(Runnable told) {
        listener = told;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

package dev.waypoint.control.stream;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.Digest;
import dev.waypoint.control.wire.ImageEncoder;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The streams of one data plane, and what was published for it. Confined to the thread of the streams, but for what says otherwise. */
final class PlaneStreams {

    /** How many images are kept, so that proxies which were away for a moment need not say what they have. */
    private static final int HISTORY = 8;

    private final DataPlane plane;
    private final ImageEncoder encoder = new ImageEncoder();
    private final Map<Digest, ConfigImage> history = new LinkedHashMap<>();
    private final Set<ProxySession> sessions = new HashSet<>();
    private final AtomicReference<@Nullable ProxyConfig> wanted = new AtomicReference<>();
    private Optional<Publication> newest = Optional.empty();
    private volatile List<Replica> replicas = List.of();

    PlaneStreams(DataPlane plane) {
        this.plane = plane;
    }

    /** Notes what is to be published; from any thread. */
    void want(ProxyConfig config) {
        wanted.set(config);
    }

    /** The proxies that are connected; from any thread. */
    List<Replica> replicas() {
        return replicas;
    }

    Optional<ConfigImage> known(Digest state) {
        return Optional.ofNullable(history.get(state));
    }

    /** Publishes what is wanted, unless something newer has been already. */
    void publish() {
        ProxyConfig config = wanted.getAndSet(null);
        if (config == null
                || newest.filter(one -> one.version() > config.version()).isPresent()) {
            return;
        }
        ConfigImage image = newest.filter(one -> one.version() == config.version())
                .map(Publication::image)
                .orElseGet(() -> encoder.encode(config.routing()));
        Publication publication = new Publication(config.version(), image, Math.max(1, config.replicas()));
        newest = Optional.of(publication);
        history.remove(image.digest());
        history.put(image.digest(), image);
        if (history.size() > HISTORY) {
            history.remove(history.keySet().iterator().next());
        }
        List.copyOf(sessions).forEach(session -> session.publish(publication));
    }

    void add(ProxySession session) {
        sessions.add(session);
        newest.ifPresent(session::publish);
    }

    void remove(ProxySession session) {
        sessions.remove(session);
    }

    /** Closes all streams and forgets what was published. */
    void withdraw() {
        List.copyOf(sessions)
                .forEach(session -> session.close(
                        Status.UNAVAILABLE.withDescription("there is no data plane " + plane + " any more")));
        sessions.clear();
        newest = Optional.empty();
        history.clear();
    }

    boolean isUnused() {
        return sessions.isEmpty() && newest.isEmpty() && wanted.get() == null;
    }

    /** Notes how the proxies stand; whether anything changed. */
    boolean update() {
        List<Replica> now = new ArrayList<>();
        sessions.forEach(session -> now.add(session.replica()));
        now.sort(Comparator.comparing(Replica::pod).thenComparingLong(Replica::version));
        boolean changed = !now.equals(replicas);
        replicas = List.copyOf(now);
        return changed;
    }
}

package dev.waypoint.control.stream;

import dev.waypoint.control.Replica;
import dev.waypoint.control.stream.v1.Answer;
import dev.waypoint.control.stream.v1.FromController;
import dev.waypoint.control.stream.v1.Hello;
import dev.waypoint.control.stream.v1.Inventory;
import dev.waypoint.control.stream.v1.InventoryWanted;
import dev.waypoint.control.stream.v1.Replicas;
import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.Digest;
import dev.waypoint.control.wire.ResourceKey;
import dev.waypoint.control.wire.UnreadableConfig;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The controller's side of one stream. One version is on its way at a time; when it has been answered, the newest follows, whatever
 * came in between: a slow proxy costs no more than a fast one. Confined to the thread of the streams.
 */
final class ProxySession {

    private static final int MAX_INVENTORY = 1_000_000;

    private final String pod;
    private final CallStreamObserver<FromController> out;
    private final Function<Digest, Optional<ConfigImage>> history;
    private final StreamCounters counters;
    private Optional<Base> base = Optional.empty();
    private Map<ResourceKey, Digest> inventory = new HashMap<>();
    private Optional<Publication> newest = Optional.empty();
    private Optional<Publication> onItsWay = Optional.empty();
    private Iterator<Update> parts = Collections.emptyIterator();
    private Optional<Refused> refused = Optional.empty();
    private boolean confirmed;
    private boolean open = true;
    private boolean ending;
    private int replicasSent;
    private long version;
    private Optional<Replica.Problem> problem = Optional.empty();

    /** What the proxy has. */
    private sealed interface Base {
        Digest state();

        /** Nothing. */
        record Nothing() implements Base {
            @Override
            public Digest state() {
                return Digest.NONE;
            }
        }

        /** Something whose content is known here. */
        record Known(ConfigImage image) implements Base {
            @Override
            public Digest state() {
                return image.digest();
            }
        }

        /** Something of which only the digests are known. */
        record Digests(Map<ResourceKey, Digest> resources) implements Base {
            @Override
            public Digest state() {
                return Digest.NONE;
            }
        }
    }

    private record Refused(Digest state, String reason) {}

    /**
     * @param pod the proxy's pod
     * @param out where messages go
     * @param history finds images that were published before
     */
    ProxySession(
            String pod,
            CallStreamObserver<FromController> out,
            Function<Digest, Optional<ConfigImage>> history,
            StreamCounters counters) {
        this.pod = pod;
        this.out = out;
        this.history = history;
        this.counters = counters;
    }

    /** How the proxy stands. */
    Replica replica() {
        return new Replica(pod, version, problem);
    }

    /** Whether anything is published for it. */
    boolean isServed() {
        return newest.isPresent();
    }

    void hello(Hello hello) throws UnreadableConfig {
        Optional<Digest> state = Messages.digest(hello.getState());
        if (state.isEmpty()) {
            base = Optional.of(new Base.Nothing());
        } else {
            base = history.apply(state.get()).map(Base.Known::new);
            if (base.isEmpty()) {
                send(FromController.newBuilder()
                        .setInventoryWanted(InventoryWanted.getDefaultInstance())
                        .build());
            }
        }
        pump();
    }

    void inventory(Inventory message) throws UnreadableConfig {
        for (Inventory.Known known : message.getKnownList()) {
            inventory.put(
                    new ResourceKey(known.getKind(), known.getName()),
                    Messages.digest(known.getDigest()).orElse(Digest.NONE));
        }
        if (inventory.size() > MAX_INVENTORY) {
            throw new UnreadableConfig("the proxy has more than " + MAX_INVENTORY + " resources");
        }
        if (message.getLast()) {
            base = Optional.of(new Base.Digests(inventory));
            inventory = new HashMap<>();
            pump();
        }
    }

    /** Whether the answer was expected. */
    boolean answer(Answer answer) {
        if (onItsWay.isEmpty() || onItsWay.get().version() != answer.getVersion() || parts.hasNext()) {
            return false;
        }
        Publication answered = onItsWay.get();
        onItsWay = Optional.empty();
        confirmed = true;
        if (answer.getRefusal().isEmpty()) {
            counters.accepted();
            base = Optional.of(new Base.Known(answered.image()));
            version = answered.version();
            refused = Optional.empty();
            problem = Optional.empty();
        } else {
            counters.refused();
            refused = Optional.of(new Refused(answered.image().digest(), answer.getRefusal()));
            problem = Optional.of(new Replica.Problem(answered.version(), answer.getRefusal()));
        }
        pump();
        return true;
    }

    /** There is something new, which may or may not reach the proxy before the next. */
    void publish(Publication publication) {
        newest = Optional.of(publication);
        pump();
    }

    /** Sends as much as the connection takes. */
    void pump() {
        while (open && parts.hasNext()) {
            if (!out.isReady()) {
                return;
            }
            send(FromController.newBuilder().setUpdate(parts.next()).build());
        }
        if (!open || onItsWay.isPresent() || base.isEmpty() || newest.isEmpty()) {
            return;
        }
        if (ending) {
            complete();
            return;
        }
        Publication next = newest.get();
        if (next.replicas() != replicasSent) {
            replicasSent = next.replicas();
            send(FromController.newBuilder()
                    .setReplicas(Replicas.newBuilder().setCount(replicasSent))
                    .build());
        }
        if (!isSettled(next)) {
            begin(next, base.get());
        }
    }

    /** Whether the proxy has this already, or is known to refuse it. */
    private boolean isSettled(Publication next) {
        Digest state = next.image().digest();
        if (confirmed && base.map(Base::state).filter(state::equals).isPresent()) {
            version = next.version();
            refused = Optional.empty();
            problem = Optional.empty();
            return true;
        }
        Optional<Refused> before = refused.filter(refusal -> refusal.state().equals(state));
        before.ifPresent(refusal -> problem = Optional.of(new Replica.Problem(next.version(), refusal.reason())));
        return before.isPresent();
    }

    private void begin(Publication next, Base from) {
        ConfigDelta delta = switch (from) {
            case Base.Nothing _ -> ConfigDelta.between(ConfigImage.EMPTY, next.image());
            case Base.Known(ConfigImage image) -> ConfigDelta.between(image, next.image());
            case Base.Digests(Map<ResourceKey, Digest> known) -> ConfigDelta.from(known, next.image());
        };
        onItsWay = newest;
        parts = Messages.updates(
                next.version(),
                from instanceof Base.Nothing,
                delta,
                next.image().digest());
        pump();
    }

    /** Ends the stream as soon as nothing is on its way, so that the proxy comes back with a fresh token. */
    void end() {
        ending = true;
        pump();
    }

    void close(Status status) {
        if (open) {
            open = false;
            out.onError(status.asRuntimeException());
        }
    }

    /** Ends the stream in order. */
    void complete() {
        if (open) {
            open = false;
            out.onCompleted();
        }
    }

    /** The proxy went away. */
    void gone() {
        open = false;
    }

    private void send(FromController message) {
        counters.sent(message.getSerializedSize());
        out.onNext(message);
    }
}

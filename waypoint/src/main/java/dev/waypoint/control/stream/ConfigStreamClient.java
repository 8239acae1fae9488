package dev.waypoint.control.stream;

import com.google.protobuf.ByteString;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.stream.v1.Answer;
import dev.waypoint.control.stream.v1.FromController;
import dev.waypoint.control.stream.v1.FromProxy;
import dev.waypoint.control.stream.v1.Hello;
import dev.waypoint.control.stream.v1.Inventory;
import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.ImageDecoder;
import dev.waypoint.control.wire.UnreadableConfig;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy's end of the stream. It connects again whenever there is no stream, for as long as it takes; what is in force stays
 * meanwhile. All happens on one thread of its own.
 */
public final class ConfigStreamClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigStreamClient.class);
    private static final int INVENTORY_PART = 2000;
    private static final long SAVE_DELAY_MILLIS = 1000;
    private static final int SILENCE_SECONDS = 20;

    private final Settings settings;
    private final ConfigReceiver receiver;
    private final ImageDecoder decoder;
    private final StateFile file;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("config-stream").factory());
    private Optional<ControllerCall> call = Optional.empty();
    private UpdateParts parts = new UpdateParts();
    private ConfigImage image = ConfigImage.EMPTY;
    private List<String> problems = List.of();
    private int replicas = 1;
    private int failures;
    private boolean unsaved;
    private volatile StreamStatus status;

    /**
     * Where the controller is and what is wanted of it.
     *
     * @param host its name, which its certificate must bear
     * @param port its port
     * @param plane the data plane that this proxy belongs to
     * @param pod the name of this proxy's pod
     * @param program this program's version, for people
     * @param files what is read and kept
     * @param backoff pauses between attempts
     */
    public record Settings(
            String host, int port, DataPlane plane, String pod, String program, Files files, Backoff backoff) {

        String address() {
            return host + ":" + port;
        }
    }

    /**
     * What is read and kept. The first two are read for each connection, since they change.
     *
     * @param token the service account's token
     * @param authorities the authorities (PEM) of which one vouches for the controller
     * @param state the folder for the last good configuration
     */
    public record Files(Path token, Path authorities, Path state) {}

    /** @param catalog the filters that are installed here */
    public ConfigStreamClient(Settings settings, FilterCatalog catalog, ConfigReceiver receiver) {
        this.settings = settings;
        this.receiver = receiver;
        decoder = new ImageDecoder(catalog);
        file = new StateFile(settings.files().state(), settings.plane());
        status = StreamStatus.begin(settings.address(), Instant.now());
    }

    /** How the stream stands. */
    public StreamStatus status() {
        return status;
    }

    /**
     * Puts the last good configuration into force, if there is one. To be called before {@link #start}.
     *
     * @return whether it is in force
     */
    public boolean restore() {
        try {
            Optional<StateFile.Kept> kept = file.load();
            if (kept.isEmpty()) {
                return false;
            }
            receiver.replicas(kept.get().replicas());
            problems = receiver.install(decoder.decode(kept.get().image()));
            image = kept.get().image();
            replicas = kept.get().replicas();
            status = status.kept(kept.get().version());
            LOG.info("version {} is in force, kept from before", status.version());
            return true;
        } catch (UnreadableConfig e) {
            LOG.warn("the configuration that was kept cannot be used: {}", e.reason());
            return false;
        }
    }

    /** Begins to connect. */
    public void start() {
        worker.execute(this::connect);
    }

    private void connect() {
        Hello hello = Hello.newBuilder()
                .setNamespace(settings.plane().namespace())
                .setName(settings.plane().name())
                .setPod(settings.pod())
                .setProgramVersion(settings.program())
                .setFormat(Messages.FORMAT)
                .setState(image.size() == 0 ? ByteString.EMPTY : Messages.bytes(image.digest()))
                .build();
        parts = new UpdateParts();
        try {
            ControllerCall made = ControllerCall.open(settings, worker, new Events());
            call = Optional.of(made);
            made.send(FromProxy.newBuilder().setHello(hello).build());
            long before = status.counts().bytes();
            worker.schedule(() -> giveUpSilence(made, before), SILENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            retry(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** Something may accept streams and never say anything. */
    private void giveUpSilence(ControllerCall silent, long bytesBefore) {
        if (call.filter(silent::equals).isPresent() && status.counts().bytes() == bytesBefore) {
            call = Optional.empty();
            silent.close();
            retry("nothing came for " + SILENCE_SECONDS + " seconds");
        }
    }

    /** What comes from the controller, on the worker. */
    private final class Events implements ControllerCall.Listener {
        @Override
        public void received(ControllerCall from, FromController message) {
            if (call.filter(from::equals).isEmpty()) {
                return;
            }
            if (!status.connected()) {
                status = status.connected(Instant.now());
                LOG.info("connected to the controller at {}", settings.address());
            }
            failures = 0;
            status = status.received(message.getSerializedSize());
            switch (message.getMessageCase()) {
                case UPDATE -> update(from, message.getUpdate());
                case INVENTORY_WANTED -> sendInventory(from);
                case REPLICAS -> {
                    replicas = Math.max(1, message.getReplicas().getCount());
                    receiver.replicas(replicas);
                    save();
                }
                case MESSAGE_NOT_SET ->
                    LOG.warn("a message came that is not known here; the controller seems to be newer than this proxy");
            }
        }

        @Override
        public void ended(ControllerCall from, String why) {
            if (call.filter(from::equals).isPresent()) {
                call = Optional.empty();
                retry(why);
            }
        }
    }

    private void retry(String why) {
        failures++;
        long pause = settings.backoff().millis(failures, random);
        if (why.equals(ControllerCall.RENEWED)) {
            LOG.info("{}", why);
        } else if (status.connected() || !status.problem().equals(why)) {
            LOG.warn("no stream from the controller at {}: {}; what is in force stays", settings.address(), why);
        }
        status = status.disconnected(Instant.now(), why);
        try {
            worker.schedule(this::connect, pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("closed meanwhile");
        }
    }

    private void sendInventory(ControllerCall to) {
        Inventory.Builder part = Inventory.newBuilder();
        for (var resource : image.resources().entrySet()) {
            part.addKnown(Inventory.Known.newBuilder()
                    .setKind(resource.getKey().kind())
                    .setName(resource.getKey().name())
                    .setDigest(Messages.bytes(resource.getValue().digest())));
            if (part.getKnownCount() == INVENTORY_PART) {
                to.send(FromProxy.newBuilder().setInventory(part).build());
                part = Inventory.newBuilder();
            }
        }
        to.send(FromProxy.newBuilder().setInventory(part.setLast(true)).build());
    }

    private void update(ControllerCall from, Update update) {
        parts.add(update);
        if (!update.getLast()) {
            return;
        }
        Answer.Builder answer = Answer.newBuilder().setVersion(update.getVersion());
        try {
            ConfigImage next = parts.complete(image, Messages.digest(update.getState()));
            install(next);
            status = status.accepted(update.getVersion());
            save();
            answer.addAllProblems(problems);
        } catch (UnreadableConfig e) {
            refuse(answer, e.reason());
        } catch (RuntimeException bug) {
            LOG.error("a version cannot be put into force; this is a bug", bug);
            refuse(answer, "this is a bug of the proxy: " + bug);
        }
        from.send(FromProxy.newBuilder().setAnswer(answer).build());
    }

    private void install(ConfigImage next) throws UnreadableConfig {
        boolean inForce = status.origin() != StreamStatus.Origin.NONE && next.equals(image);
        if (!inForce) {
            RoutingIr routing = decoder.decode(next);
            problems = List.copyOf(receiver.install(routing));
            image = next;
        }
    }

    private void refuse(Answer.Builder answer, String why) {
        LOG.error("version {} is refused, what is in force stays: {}", answer.getVersion(), why);
        status = status.refused(answer.getVersion(), why);
        receiver.refused(answer.getVersion(), why);
        answer.setRefusal(why);
    }

    // ---- what is kept

    /** Soon: while endpoints come and go, once a second is enough. */
    private void save() {
        if (!unsaved) {
            unsaved = true;
            worker.schedule(this::saveNow, SAVE_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void saveNow() {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        try {
            file.save(new StateFile.Kept(status.version(), image, replicas));
        } catch (IOException | RuntimeException e) {
            LOG.warn("the configuration cannot be kept for the next start: {}", e.toString());
        }
    }

    @Override
    public void close() {
        try {
            worker.submit(() -> {
                        call.ifPresent(ControllerCall::close);
                        call = Optional.empty();
                        saveNow();
                    })
                    .get(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("not closed in order: {}", e.toString());
        }
        worker.shutdownNow();
    }
}

package dev.waypoint.control.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.stream.v1.Hello;
import dev.waypoint.control.stream.v1.Replicas;
import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.UnreadableConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last good configuration in a file: a line that says what it is, a SHA-256, and the messages that would have been received. It
 * holds secrets, so only the owner may read it, and its folder should be in memory. It is replaced as a whole or not at all.
 */
final class StateFile {

    private static final byte[] MAGIC = "waypoint-config 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH_BYTES = 32;

    private final Path file;
    private final DataPlane plane;

    /** The file of a data plane in a folder. */
    StateFile(Path folder, DataPlane plane) {
        this.file = folder.resolve("config.bin");
        this.plane = plane;
    }

    /**
     * What is kept.
     *
     * @param version the controller's number
     * @param image the configuration
     * @param replicas how many proxies there were
     */
    record Kept(long version, ConfigImage image, int replicas) {}

    Path path() {
        return file;
    }

    void save(Kept kept) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Hello.newBuilder()
                .setNamespace(plane.namespace())
                .setName(plane.name())
                .build()
                .writeDelimitedTo(body);
        Replicas.newBuilder().setCount(kept.replicas()).build().writeDelimitedTo(body);
        Iterator<Update> updates = Messages.updates(
                kept.version(),
                true,
                ConfigDelta.between(ConfigImage.EMPTY, kept.image()),
                kept.image().digest());
        while (updates.hasNext()) {
            updates.next().writeDelimitedTo(body);
        }
        byte[] bytes = body.toByteArray();
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " has no folder");
        }
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(
                folder,
                "config",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            write(fresh, bytes);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // Where the folder is full, half a file must not fill it further.
            Files.deleteIfExists(fresh);
        }
    }

    private static void write(Path fresh, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE))) {
            for (byte[] part : new byte[][] {MAGIC, sha256(bytes), bytes}) {
                ByteBuffer buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        }
    }

    /**
     * Reads what is kept; empty if there is nothing.
     *
     * @throws UnreadableConfig if there is a file that cannot be used
     */
    Optional<Kept> load() throws UnreadableConfig {
        try {
            byte[] all = Files.readAllBytes(file);
            int start = MAGIC.length + HASH_BYTES;
            if (all.length < start || !Arrays.equals(all, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new UnreadableConfig(file + " is not a configuration that was kept");
            }
            byte[] body = Arrays.copyOfRange(all, start, all.length);
            if (!Arrays.equals(sha256(body), Arrays.copyOfRange(all, MAGIC.length, start))) {
                throw new UnreadableConfig(file + " is damaged: its hash is wrong");
            }
            return Optional.of(read(new ByteArrayInputStream(body)));
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnreadableConfig(file + " cannot be read: " + e);
        }
    }

    private Kept read(InputStream in) throws IOException, UnreadableConfig {
        Hello whose = present(Hello.parseDelimitedFrom(in));
        DataPlane other = new DataPlane(whose.getNamespace(), whose.getName());
        if (!other.equals(plane)) {
            throw new UnreadableConfig(file + " is the configuration of " + other + ", expected that of " + plane);
        }
        int replicas = present(Replicas.parseDelimitedFrom(in)).getCount();
        UpdateParts parts = new UpdateParts();
        while (true) {
            Update update = present(Update.parseDelimitedFrom(in));
            parts.add(update);
            if (update.getLast()) {
                ConfigImage image = parts.complete(ConfigImage.EMPTY, Messages.digest(update.getState()));
                return new Kept(update.getVersion(), image, replicas);
            }
        }
    }

    private static <T> T present(@Nullable T message) throws InvalidProtocolBufferException {
        if (message == null) {
            throw new InvalidProtocolBufferException("it ends too early");
        }
        return message;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

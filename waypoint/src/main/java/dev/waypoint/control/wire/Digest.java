package dev.waypoint.control.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first 128 bits of a SHA-256: equal content has equal digests, on both ends of a stream. */
public record Digest(long high, long low) {

    /** The number of bytes of {@link #bytes()}. */
    public static final int SIZE = 16;

    /** Of nothing at all; no content has it. */
    public static final Digest NONE = new Digest(0, 0);

    /** The digest of bytes. */
    public static Digest of(byte[] bytes) {
        return first(sha256().digest(bytes));
    }

    /** The digest of a sequence of digests. */
    static Digest of(Iterable<Piece> pieces) {
        MessageDigest digest = sha256();
        pieces.forEach(piece -> digest.update(piece.digest().bytes()));
        return first(digest.digest());
    }

    /** The digest of a named thing. */
    static Digest of(ResourceKey key, Digest content) {
        MessageDigest digest = sha256();
        digest.update(key.kind().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(key.name().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return first(digest.digest(content.bytes()));
    }

    /**
     * Reads a digest.
     *
     * @throws IllegalArgumentException if there are not {@value #SIZE} bytes
     */
    public static Digest read(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a digest has " + bytes.length + " bytes, expected " + SIZE);
        }
        return first(bytes);
    }

    private static Digest first(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Digest(buffer.getLong(), buffer.getLong());
    }

    /** The sum of two digests: of a set of things, whatever their order. */
    Digest plus(Digest other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Digest(high + other.high + carry, sum);
    }

    /** What {@link #plus} makes of the other one and the result is this one. */
    Digest minus(Digest other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new Digest(high - other.high - borrow, low - other.low);
    }

    /** The {@value #SIZE} bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(SIZE).putLong(high).putLong(low).array();
    }

    /** Eight hexadecimal digits, enough to tell things apart. */
    String brief() {
        return "%08x".formatted(high >>> 32);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

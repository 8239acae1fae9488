package dev.waypoint.control.wire;

/**
 * Bytes with their digest. They may hold secrets and are never printed.
 *
 * @param bytes compact JSON; not to be changed
 * @param digest of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by their digests
public record Piece(byte[] bytes, Digest digest) {

    /** A piece of bytes that nobody changes any more. */
    public static Piece of(byte[] bytes) {
        return new Piece(bytes, Digest.of(bytes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Piece piece && piece.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "Piece[" + bytes.length + " bytes, " + digest.brief() + "]";
    }
}

package dev.waypoint.cli;

import java.util.Arrays;

/** The secret that signs the sessions of clients. Never printed. */
public final class SessionSecret {

    /** Shorter ones can be guessed. */
    static final int MIN_BYTES = 16;

    private final byte[] bytes;

    /**
     * A secret as it is in a file; a line end at its end does not belong to it.
     *
     * @throws IllegalArgumentException if it is too short
     */
    public SessionSecret(byte[] content) {
        int end = content.length;
        while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
            end--;
        }
        if (end < MIN_BYTES) {
            throw new IllegalArgumentException("the secret has " + end + " bytes, expected at least " + MIN_BYTES);
        }
        bytes = Arrays.copyOf(content, end);
    }

    /** Its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "(redacted)";
    }
}

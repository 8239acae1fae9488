package dev.waypoint.transport.netty.codec;

/** A message that breaks HTTP, with the status that tells its sender. */
public final class BadMessage extends Exception {

    private final int status;

    public BadMessage(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status to answer with, 400 to 505. */
    public int status() {
        return status;
    }

    /** What is wrong. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}

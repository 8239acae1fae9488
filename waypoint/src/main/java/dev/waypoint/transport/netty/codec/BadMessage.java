package dev.waypoint.transport.netty.codec;

/** A message that breaks HTTP, with the status that tells its sender. */
public final class BadMessage extends Exception {

    /** In place of a status: the sender does not speak HTTP. */
    public static final int FOREIGN = 0;

    private final int status;

    public BadMessage(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Whether the sender does not speak HTTP at all, so that an answer would make no sense to it. */
    public boolean isForeign() {
        return status == FOREIGN;
    }

    /** The status to answer with, 400 to 505; {@link #FOREIGN} to give none. */
    public int status() {
        return status;
    }

    /** What is wrong. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}

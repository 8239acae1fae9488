package dev.waypoint.control.wire;

/** Configuration that was received or kept and cannot be used; the message names the resource, the path and what was expected. */
public final class UnreadableConfig extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean placed;

    /** Says why. */
    public UnreadableConfig(String message) {
        this(message, false);
    }

    private UnreadableConfig(String message, boolean placed) {
        super(message);
        this.placed = placed;
    }

    /** The same, further inside of something; unless the resource at fault is known, which then is another one. */
    UnreadableConfig behind(String place) {
        return placed ? this : new UnreadableConfig(place + reason());
    }

    /** The same, in a resource, unless it is in another one. */
    UnreadableConfig in(ResourceKey key) {
        return placed ? this : new UnreadableConfig(key + reason(), true);
    }

    /** Why, never empty. */
    public String reason() {
        String message = getMessage();
        return message == null ? "unreadable" : message;
    }
}

package dev.waypoint.extproc.state;

/**
 * What a message's headers may be at most after a change.
 *
 * @param maxCount the number of fields, pseudo headers included
 * @param maxBytes the bytes of all names and values
 */
public record HeaderLimits(int maxCount, int maxBytes) {
    /** Envoy's defaults: 100 fields, 60 KiB. */
    public static final HeaderLimits DEFAULT = new HeaderLimits(100, 60 * 1024);

    public HeaderLimits {
        if (maxCount < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "header limits are " + maxCount + " fields and " + maxBytes + " bytes, expected at least 1");
        }
    }
}

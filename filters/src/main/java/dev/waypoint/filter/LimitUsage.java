package dev.waypoint.filter;

import dev.waypoint.config.ResourceRef;
import java.util.List;

/** A factory whose filters keep limits that operators look at: shown by the admin page {@code /limits}. */
public interface LimitUsage {

    /**
     * What is known of the limits in force, in the order of their objects.
     *
     * @param object the object whose limits are asked for, as {@code namespace/name} or {@code name}; empty for all
     * @param top how many of the heaviest keys are told of each limit; costs time by the number of keys
     * @param plain whether keys are told as they are; else as digests
     */
    List<Limit> limits(String object, int top, boolean plain);

    /**
     * One limit.
     *
     * @param owner the object that it comes from
     * @param name its name there
     * @param place what has these counters: the target, and the route and the rule if they have counters of their own
     * @param admitted requests that took from it
     * @param limited requests that it refused
     * @param shadowLimited requests that it would have refused if it were enforced
     * @param keys how many keys are remembered
     * @param evictions how many were forgotten for want of room
     * @param top the heaviest keys
     */
    record Limit(
            ResourceRef owner,
            String name,
            String place,
            long admitted,
            long limited,
            long shadowLimited,
            long keys,
            long evictions,
            List<Key> top) {
        public Limit {
            top = List.copyOf(top);
        }
    }

    /**
     * A key.
     *
     * @param key the key, or its digest
     * @param used what is missing from its bucket now
     * @param burst the size of the bucket
     * @param admitted requests that took from it
     * @param limited requests that it refused
     */
    record Key(String key, long used, long burst, long admitted, long limited) {}
}

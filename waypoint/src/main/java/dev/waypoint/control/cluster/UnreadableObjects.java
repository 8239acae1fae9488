package dev.waypoint.control.cluster;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.status.EventRecorder;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.kubernetes.LiveStatus;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of objects that cannot be read, in the log and by Events: they have no status of ours, since nobody knows what they say. An
 * earlier version that could be read stays in force.
 */
public final class UnreadableObjects implements Controller.Unreadable {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableObjects.class);

    private final EventRecorder events;
    private final Function<ResourceRef, Optional<LiveStatus>> live;
    private Map<ResourceRef, String> told = Map.of();

    /** @param live finds the object in the cluster */
    public UnreadableObjects(EventRecorder events, Function<ResourceRef, Optional<LiveStatus>> live) {
        this.events = events;
        this.live = live;
    }

    @Override
    public void report(ResourceSet set) {
        Map<ResourceRef, String> now = new TreeMap<>();
        for (Finding finding : set.findings()) {
            if (set.unreadable().contains(finding.ref())) {
                now.merge(finding.ref(), finding.toString(), (all, next) -> all + "; " + next);
            }
        }
        now.forEach((ref, problem) -> {
            if (!problem.equals(told.get(ref))) {
                LOG.warn("{} cannot be read: {}", ref, problem);
                live.apply(ref).ifPresent(object -> events.warn(ref, object, "Unreadable", problem));
            }
        });
        told = now;
    }
}

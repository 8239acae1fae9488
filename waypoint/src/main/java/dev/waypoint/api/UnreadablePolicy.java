package dev.waypoint.api;

import dev.waypoint.config.ResourceRef;
import java.util.List;

/**
 * Stands for a policy that exists but never could be read, so that what it is there to guard fails instead of going unguarded.
 * Nobody writes this kind.
 *
 * @param policy the policy
 * @param targetRefs those of its targets that could be made out
 * @param targetSelectors what it selects by labels, without the conditions that could not be made out: so rather too much than too little
 */
public record UnreadablePolicy(
        ResourceRef policy, List<PolicyTarget> targetRefs, List<TargetSelector> targetSelectors) {
    public UnreadablePolicy {
        targetRefs = List.copyOf(targetRefs);
        targetSelectors = List.copyOf(targetSelectors);
    }

    /** Where it stands among the objects: under the kind and name of the policy. */
    public static ResourceRef standIn(ResourceRef policy) {
        return Kinds.UNREADABLE_POLICY.ref(policy.namespace(), policy.kind() + "/" + policy.name());
    }

    /** Why what it targets fails. */
    public String problem() {
        return policy + " cannot be read: see its findings";
    }
}

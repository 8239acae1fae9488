package dev.waypoint.gatewayapi;

import dev.waypoint.config.ResourceRef;

/** Who may name objects of other namespaces. */
final class ReferenceGrants {

    private ReferenceGrants() {}

    /** Whether the object may name the other one: it is in the same namespace, or a grant in the other's namespace says so. */
    static boolean permit(View view, ResourceRef from, ResourceRef to) {
        return from.namespace().equals(to.namespace())
                || view.grants(to.namespace()).stream()
                        .anyMatch(grant -> grant.spec().from().stream()
                                        .anyMatch(source -> source.group().equals(from.group())
                                                && source.kind().equals(from.kind())
                                                && source.namespace().equals(from.namespace()))
                                && grant.spec().to().stream()
                                        .anyMatch(target -> target.group().equals(to.group())
                                                && target.kind().equals(to.kind())
                                                && target.name()
                                                        .map(to.name()::equals)
                                                        .orElse(true)));
    }
}

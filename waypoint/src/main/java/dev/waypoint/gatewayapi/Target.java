package dev.waypoint.gatewayapi;

import dev.waypoint.api.PolicyTarget;
import dev.waypoint.config.ResourceRef;

/**
 * What a policy is attached to.
 *
 * @param object the object
 * @param section a listener, port or rule of it by name; empty for all of it
 */
record Target(ResourceRef object, String section) {

    static Target of(String namespace, PolicyTarget target) {
        return new Target(
                new ResourceRef(target.group(), target.kind(), namespace, target.name()),
                target.sectionName().orElse(""));
    }

    /** All of an object. */
    static Target of(ResourceRef object) {
        return new Target(object, "");
    }

    /** Prints {@code HTTPRoute shop/cart/checkout}. */
    @Override
    public String toString() {
        return section.isEmpty() ? object.toString() : object + "/" + section;
    }
}

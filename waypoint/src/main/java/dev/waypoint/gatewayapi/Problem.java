package dev.waypoint.gatewayapi;

import dev.waypoint.config.Finding;
import dev.waypoint.source.Resource;

/**
 * Why a part of an object does not work: at once a finding for people and the reason of a condition.
 *
 * @param reason the reason as the Gateway API spells it
 * @param path the path inside the object
 * @param value the value, printed; empty if there is none
 * @param expectation what was expected instead, without a full stop
 */
record Problem(String reason, String path, String value, String expectation) {

    /** As the message of a condition. */
    String message() {
        String place = value.isEmpty() ? path : path + " is " + value;
        return place.isEmpty() ? expectation : place + ": " + expectation;
    }

    /** As a finding about the object. */
    Finding finding(Resource<?> object) {
        return located(Finding.error(object.ref(), path, value, expectation), object);
    }

    /** As a finding about the object that does not keep it from working. */
    Finding warning(Resource<?> object) {
        return located(Finding.warning(object.ref(), path, value, expectation), object);
    }

    /** The same problem for another reason. */
    Problem because(String other) {
        return new Problem(other, path, value, expectation);
    }

    /** A finding with the object's place. */
    static Finding located(Finding finding, Resource<?> object) {
        return object.position().map(finding::at).orElse(finding);
    }
}

package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Listener;
import dev.waypoint.api.Listener.RouteKind;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of one listener.
 *
 * @param owner the Gateway or ListenerSet
 * @param gateway the Gateway
 * @param index the place in its owner
 * @param spec what the user wants
 * @param supportedKinds the kinds of routes that it takes
 * @param tls its certificates, as far as they are valid
 * @param refusals why it is not accepted
 * @param unresolved references that lead nowhere
 * @param conflict why it is not served beside others
 * @param overlaps other listeners whose host names overlap and who share port and TLS
 */
record ListenerState(
        Resource<?> owner,
        Resource<Gateway> gateway,
        int index,
        Listener spec,
        List<RouteKind> supportedKinds,
        Optional<TlsIr> tls,
        List<Problem> refusals,
        List<Problem> unresolved,
        Optional<Problem> conflict,
        List<String> overlaps) {

    /** Names a listener. */
    record Key(ResourceRef owner, String name) {}

    ListenerState {
        supportedKinds = List.copyOf(supportedKinds);
        refusals = List.copyOf(refusals);
        unresolved = List.copyOf(unresolved);
        overlaps = List.copyOf(overlaps);
    }

    Key key() {
        return new Key(owner.ref(), spec.name());
    }

    String hostname() {
        return spec.hostname().orElse("").toLowerCase(Locale.ROOT);
    }

    boolean secure() {
        return spec.protocol().equals("HTTPS");
    }

    /** Whether the configuration of the listener itself can be served. */
    boolean usable() {
        return refusals.isEmpty() && conflict.isEmpty() && (!secure() || tls.isPresent());
    }

    /** Whether it makes its Gateway a waypoint, which stands in for Services. */
    boolean mesh() {
        return spec.protocol().equals(Listener.MESH);
    }

    /** Whether its protocol is one that is served at all. */
    boolean knownProtocol() {
        return secure() || spec.protocol().equals("HTTP");
    }

    String path() {
        return "spec.listeners[" + index + "]";
    }

    ListenerState inConflict(Problem problem) {
        return new ListenerState(
                owner, gateway, index, spec, supportedKinds, tls, refusals, unresolved, Optional.of(problem), overlaps);
    }

    ListenerState overlapping(List<String> others) {
        return new ListenerState(
                owner, gateway, index, spec, supportedKinds, tls, refusals, unresolved, conflict, others);
    }
}

package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.util.Optional;

/** What a policy of the same namespace applies to; the section is a listener, a Service's port, or a route's rule, by name. */
@Doc("What the object applies to, in its own namespace.")
@Rule(
        cel = "self.group == '' ? self.kind == 'Service' : self.group == 'gateway.networking.k8s.io'"
                + " && self.kind in ['Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute']",
        message = "expected a Service (with group: \"\"), or a Gateway, ListenerSet, HTTPRoute or GRPCRoute (of group"
                + " gateway.networking.k8s.io)")
public record PolicyTarget(
        @Doc("The group of the target's kind; empty for a Service.")
        @Default("\"gateway.networking.k8s.io\"")
        @Size(max = 253)
        String group,

        @Doc("`Gateway`, `ListenerSet`, `HTTPRoute`, `GRPCRoute` or `Service`.") @Size(min = 1, max = 63)
        String kind,

        @Doc("The target's name.") @Size(min = 1, max = 253) String name,

        @Doc("A part of it: the name of a listener, of a Service's port, or of a route's rule. All of it if left out.")
        @Size(min = 1, max = 253)
        Optional<String> sectionName) {}

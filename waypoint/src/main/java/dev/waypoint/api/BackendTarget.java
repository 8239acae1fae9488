package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.util.Optional;

/** A backend without a share: of a mirror, of external authorization, of a policy. */
@Doc("A Service and one of its ports.")
public record BackendTarget(
        @Doc("The group of the backend's kind; empty for a Service.") @Default("\"\"") @Size(max = 253)
        String group,

        @Doc("The backend's kind.") @Default("\"Service\"") @Size(min = 1, max = 63)
        String kind,

        @Doc("The backend's namespace, if it is another one; a ReferenceGrant must permit that.")
        @Size(min = 1, max = 63)
        Optional<String> namespace,

        @Doc("The backend's name.") @Size(min = 1, max = 253)
        String name,

        @Doc("The Service's port.") @Range(min = 1, max = 65535)
        Optional<Integer> port) {}

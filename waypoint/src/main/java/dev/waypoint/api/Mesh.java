package dev.waypoint.api;

import java.util.Optional;

/** {@code XMesh.spec} (experimental): who leads the traffic among Services. */
public record Mesh(String controllerName, Optional<String> description, Optional<ObjectRef> parametersRef) {}

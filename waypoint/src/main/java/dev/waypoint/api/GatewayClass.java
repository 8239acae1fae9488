package dev.waypoint.api;

import java.util.Optional;

/** {@code GatewayClass.spec}. */
public record GatewayClass(String controllerName, Optional<String> description, Optional<ObjectRef> parametersRef) {}

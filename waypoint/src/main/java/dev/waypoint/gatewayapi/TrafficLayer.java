package dev.waypoint.gatewayapi;

import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.source.Resource;

/** A TrafficPolicy at the level where it is attached. */
record TrafficLayer(Level level, Resource<TrafficPolicy> policy) {}

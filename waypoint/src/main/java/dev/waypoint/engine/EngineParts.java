package dev.waypoint.engine;

import dev.waypoint.message.Upstream;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.plan.SnapshotStore;

/**
 * What all exchanges share.
 *
 * @param snapshots the configuration in force
 * @param upstream the way to endpoints
 * @param observer who is told of exchanges
 */
public record EngineParts(SnapshotStore snapshots, Upstream upstream, ExchangeObserver observer) {}

package dev.waypoint.engine;

import dev.waypoint.message.Upstream;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.plan.SnapshotStore;

/**
 * What all exchanges share.
 *
 * @param snapshots the configuration in force
 * @param upstream the way to endpoints
 * @param observer who is told of exchanges
 * @param traces who is told of marked exchanges
 */
public record EngineParts(SnapshotStore snapshots, Upstream upstream, ExchangeObserver observer, TraceBook traces) {}

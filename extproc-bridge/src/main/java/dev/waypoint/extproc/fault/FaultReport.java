package dev.waypoint.extproc.fault;

import dev.waypoint.extproc.state.ProtocolFault;
import java.time.Instant;

/**
 * Something that a processor did wrong.
 *
 * @param time when
 * @param provider the processor
 * @param owner the object that had it called
 * @param requestId the request's id
 * @param fault the rule that was broken
 * @param received what came
 * @param expected what should have come; empty where the rule says it
 */
public record FaultReport(
        Instant time,
        String provider,
        String owner,
        String requestId,
        ProtocolFault fault,
        String received,
        String expected) {}

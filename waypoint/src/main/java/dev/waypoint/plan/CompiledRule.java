package dev.waypoint.plan;

import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.upstream.StickySessions;
import java.util.Map;
import java.util.Optional;

/** One rule, ready to run. */
public final class CompiledRule {

    private final RuleIr ir;
    private final CompiledChain chain;
    private final CompiledAction action;
    private final Optional<HeaderRouting> headerRouting;
    private final Optional<StickySessions> sessions;
    private final long requestNanos;
    private final long attemptNanos;
    private final long idleNanos;

    CompiledRule(
            RuleIr ir,
            CompiledChain chain,
            CompiledAction action,
            Optional<HeaderRouting> headerRouting,
            Optional<StickySessions> sessions) {
        this.ir = ir;
        this.chain = chain;
        this.action = action;
        this.headerRouting = headerRouting;
        this.sessions = sessions;
        requestNanos = ir.timeouts().request().toNanos();
        attemptNanos = ir.timeouts().attempt().toNanos();
        idleNanos = ir.timeouts().idle().toNanos();
    }

    /** What configuration says of it. */
    public RuleIr ir() {
        return ir;
    }

    /** The filters before routing and those of the rule. */
    public CompiledChain chain() {
        return chain;
    }

    /** What stands at the end. */
    public CompiledAction action() {
        return action;
    }

    /** Backends by the value of a header. */
    public Optional<HeaderRouting> headerRouting() {
        return headerRouting;
    }

    /** How clients stick to an endpoint. */
    public Optional<StickySessions> sessions() {
        return sessions;
    }

    /** The bound of the whole exchange; 0 for none. */
    public long requestNanos() {
        return requestNanos;
    }

    /** The bound of one attempt; 0 for none. */
    public long attemptNanos() {
        return attemptNanos;
    }

    /** The bound of idleness; 0 for none. */
    public long idleNanos() {
        return idleNanos;
    }

    /**
     * Backends by the value of a header.
     *
     * @param values a target without backend and without problem narrows the rule's own backends to its subset
     */
    public record HeaderRouting(HeaderRoutingIr ir, Map<String, CompiledAction.WeightedTarget> values) {}
}

package dev.waypoint.extproc.processor;

/**
 * An external processor: looks at the exchanges of a proxy, changes them, or answers in their place. Serve it with {@code
 * dev.waypoint.extproc.server.ProcessorService}.
 */
@FunctionalInterface
public interface Processor {

    /**
     * Begins to look at an exchange. Called once for each gRPC stream, on a thread of its own that may block; all calls of the
     * session that is returned come one after another.
     */
    ProcessorSession open(ProcessorExchange exchange);
}

package dev.waypoint.extproc;

import dev.waypoint.extproc.client.ProcessorPool;
import dev.waypoint.extproc.state.MachineSettings;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.Exchange;

/**
 * How an exchange is treated: most are all the same, marked ones may differ.
 *
 * @param settings the machine's settings
 * @param pool the channels to the processor
 * @param endpoints where it lives
 * @param recording why the exchange is recorded
 */
record Treatment(Variants settings, ProcessorPool pool, EndpointSource endpoints, Recording recording) {

    /** Why an exchange is recorded. */
    enum Recording {
        /** It is not. */
        OFF,
        SAMPLED,
        MARKED
    }

    /**
     * Settings that depend on the exchange.
     *
     * @param plain the usual ones
     * @param http2 for clients of HTTP/2
     * @param upgrade for connections that change their protocol
     */
    record Variants(MachineSettings plain, MachineSettings http2, MachineSettings upgrade) {
        MachineSettings of(Exchange exchange) {
            if (!exchange.request().upgrade().isEmpty()) {
                return upgrade;
            }
            return exchange.connection().protocol() == Http.HTTP_2 ? http2 : plain;
        }
    }

    Treatment recorded(Recording reason) {
        return new Treatment(settings, pool, endpoints, reason);
    }
}

package dev.waypoint.control;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where configuration goes: the controller's end of the streams to proxies. All methods come back at once and may be called by any
 * thread. A proxy that connects before anything was published for its data plane waits; one whose data plane was withdrawn keeps
 * what it has.
 */
public interface ConfigTargets {

    /** Replaces what a data plane serves. The same version again only updates the number of replicas. */
    void publish(DataPlane plane, ProxyConfig config);

    /** Forgets a data plane: nobody may stream for it any more. */
    void withdraw(DataPlane plane);

    /** The proxies of a data plane that are connected now. */
    List<Replica> replicas(DataPlane plane);

    /** Calls the listener, from a thread of the streams, whenever the {@link #replicas} of a data plane changed. One listener. */
    void onChange(Consumer<DataPlane> listener);

    /**
     * Certificates (PEM) of the authorities that a proxy must trust to know the controller. Never empty; during a rotation both
     * the old and the new one.
     */
    String authorities();

    /** Calls the listener whenever {@link #authorities} changed, so that proxies can be given the new ones. One listener. */
    void onAuthorities(Runnable listener);
}

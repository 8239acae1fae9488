package dev.waypoint.control;

import java.util.function.Consumer;

/** What proxies made of a test's own have in common: their listener, and an authority that never changes. */
public abstract class TrustedTargets implements ConfigTargets {

    private volatile Consumer<DataPlane> listener = plane -> {};

    /** Tells that the replicas of a data plane changed. */
    protected final void changed(DataPlane plane) {
        listener.accept(plane);
    }

    @Override
    public final void onChange(Consumer<DataPlane> told) {
        listener = told;
    }

    @Override
    public final String authorities() {
        return "none";
    }

    @Override
    public final void onAuthorities(Runnable told) {
        // They never change.
    }
}

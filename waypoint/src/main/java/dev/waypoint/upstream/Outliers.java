package dev.waypoint.upstream;

/** Watches what endpoints answer and ejects those that fail. Called by all event loops. */
public interface Outliers {

    /** Watches nothing. */
    Outliers NONE = new Outliers() {
        @Override
        public void answered(Endpoint endpoint, int status) {}

        @Override
        public void failed(Endpoint endpoint) {}
    };

    /** An endpoint answered. */
    void answered(Endpoint endpoint, int status);

    /** An endpoint could not be reached, or broke off. */
    void failed(Endpoint endpoint);

    /** Readmits those whose time is over. Called before choosing among endpoints of which some are out. */
    default void readmit() {}
}

package dev.waypoint.ratelimit;

/** Gets the tokens of a global limit from where all replicas share them. Called on request threads: must not block. */
public interface TokenSource {

    /** Where there is no store: it is always away. */
    TokenSource NONE = new TokenSource() {
        @Override
        public boolean isAway() {
            return true;
        }

        @Override
        public void runsLow(LimitKey key) {
            // There is nothing to get.
        }
    };

    /** Whether the store cannot be asked now. */
    boolean isAway();

    /** The tokens of a key are about to end: get more, so that no request has to wait for them. */
    void runsLow(LimitKey key);
}

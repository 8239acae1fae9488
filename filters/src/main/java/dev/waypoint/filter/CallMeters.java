package dev.waypoint.filter;

/**
 * What is counted of a filter's talks with another program, as the metrics {@code waypoint_filter_call_…}. Made once, not per
 * request; safe for use by many threads, at the cost of an uncontended addition.
 */
public interface CallMeters {

    /** The counters of one kind of message, whose name comes from a fixed list. */
    Phase phase(String name);

    /** A talk has begun. */
    void opened();

    /** A talk is over. */
    void closed();

    /** So many messages more wait for their answer; less than zero if they do no longer. */
    void unanswered(int messages);

    /** So many talks more are held up because the other side takes no more; less than zero if they are no longer. */
    void blocked(int talks);

    /** So many bytes more are held until the other side has answered; less than zero if they are no longer. */
    void held(long bytes);

    /** One kind of message. */
    interface Phase {
        /** A message was sent. */
        void sent(long bytes);

        /** A message came. */
        void received(long bytes);

        /** An answer took so long. */
        void answered(long nanos);

        /** How many answers there were, for {@code explain}. */
        long answers();

        /** How long they took in the mean, in nanoseconds; 0 if there was none. */
        long meanNanos();
    }

    /** Counts nothing. */
    CallMeters NONE = new CallMeters() {
        private final Phase nothing = new Phase() {
            @Override
            public void sent(long bytes) {}

            @Override
            public void received(long bytes) {}

            @Override
            public void answered(long nanos) {}

            @Override
            public long answers() {
                return 0;
            }

            @Override
            public long meanNanos() {
                return 0;
            }
        };

        @Override
        public Phase phase(String name) {
            return nothing;
        }

        @Override
        public void opened() {}

        @Override
        public void closed() {}

        @Override
        public void unanswered(int messages) {}

        @Override
        public void blocked(int talks) {}

        @Override
        public void held(long bytes) {}
    };
}

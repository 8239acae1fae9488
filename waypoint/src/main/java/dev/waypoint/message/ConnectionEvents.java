package dev.waypoint.message;

/** What a transport tells of its connections to one endpoint, on any thread. Compared by identity, as targets are by their parts. */
public interface ConnectionEvents {

    /** Nobody wants to know. */
    ConnectionEvents NONE = new ConnectionEvents() {
        @Override
        public void opened() {}

        @Override
        public void closed() {}

        @Override
        public void failed() {}
    };

    /** A connection came about, TLS included. */
    void opened();

    /** A connection that was {@link #opened} ended. */
    void closed();

    /** A connection did not come about. */
    void failed();
}

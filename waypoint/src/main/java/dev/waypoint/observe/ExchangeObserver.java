package dev.waypoint.observe;

/** Told of exchanges by the engine. Must not block and must not throw; does as little as it can. */
public interface ExchangeObserver {

    /** Hears nothing. */
    ExchangeObserver NONE = new ExchangeObserver() {
        @Override
        public void onStart() {}

        @Override
        public void onEnd(FinishedExchange exchange) {}
    };

    /** An exchange began. Called on its event loop. */
    void onStart();

    /**
     * An exchange is over: answered, reset or abandoned. Called exactly once, on the event loop that it began on. The view is
     * valid during the call only.
     */
    void onEnd(FinishedExchange exchange);
}

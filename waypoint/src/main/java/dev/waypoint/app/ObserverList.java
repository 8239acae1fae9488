package dev.waypoint.app;

import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.observe.FinishedExchange;
import java.util.List;

/** Tells several observers. */
final class ObserverList implements ExchangeObserver {

    private final ExchangeObserver[] observers;

    private ObserverList(List<ExchangeObserver> observers) {
        this.observers = observers.toArray(ExchangeObserver[]::new);
    }

    static ExchangeObserver of(List<ExchangeObserver> observers) {
        return observers.size() == 1 ? observers.getFirst() : new ObserverList(observers);
    }

    @Override
    public void onStart() {
        for (ExchangeObserver observer : observers) {
            observer.onStart();
        }
    }

    @Override
    public void onEnd(FinishedExchange exchange) {
        for (ExchangeObserver observer : observers) {
            observer.onEnd(exchange);
        }
    }
}

package dev.waypoint.control.trust;

import java.util.Map;
import java.util.Optional;

/** A Secret in memory. */
public final class MemoryStore implements AuthorityStore {

    private Optional<Stored> stored = Optional.empty();
    private int version;

    @Override
    public synchronized Optional<Stored> load() {
        return stored;
    }

    @Override
    public synchronized boolean save(Map<String, String> data, Optional<String> expected) {
        if (!expected.equals(stored.map(Stored::version))) {
            return false;
        }
        stored = Optional.of(new Stored(Map.copyOf(data), String.valueOf(++version)));
        return true;
    }
}

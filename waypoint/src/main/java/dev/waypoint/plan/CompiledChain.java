package dev.waypoint.plan;

import java.util.ArrayList;
import java.util.List;

/** The filters of one stretch of the way, in the order in which requests pass them. */
public final class CompiledChain {

    /** No filter at all. */
    public static final CompiledChain EMPTY = new CompiledChain(List.of());

    private final ChainEntry[] entries;
    private final boolean streams;
    private final boolean sampled;

    CompiledChain(List<ChainEntry> entries) {
        this.entries = entries.toArray(ChainEntry[]::new);
        streams = entries.stream().anyMatch(entry -> entry.stream() != null);
        sampled = entries.stream().anyMatch(entry -> entry.sampledMillionths() >= 0);
    }

    /** This chain followed by more filters. */
    public CompiledChain followedBy(List<ChainEntry> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<ChainEntry> all = new ArrayList<>(List.of(entries));
        all.addAll(more);
        return new CompiledChain(all);
    }

    /**
     * What is left to run when a request changes from one chain to this one: the filters it already passed, then those of this
     * chain that stand behind them.
     */
    public CompiledChain after(CompiledChain passed, int count) {
        List<ChainEntry> all = new ArrayList<>(List.of(passed.entries).subList(0, count));
        ChainEntry last = passed.entries[count - 1];
        for (ChainEntry entry : entries) {
            if (entry.placement().compareTo(last.placement()) > 0) {
                all.add(entry);
            }
        }
        return new CompiledChain(all);
    }

    /** The number of filters. */
    public int size() {
        return entries.length;
    }

    /** One filter. */
    public ChainEntry entry(int index) {
        return entries[index];
    }

    /** All filters. */
    public List<ChainEntry> entries() {
        return List.of(entries);
    }

    /** Whether any filter may see bodies. */
    public boolean hasStreams() {
        return streams;
    }

    /** Whether any filter runs for a share of the requests only. */
    public boolean hasSampled() {
        return sampled;
    }
}

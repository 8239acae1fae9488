package dev.waypoint.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.Optional;

/**
 * Keeps the old generation of the serial collector near what lives in it. That collector lets it grow to the limit of the heap before it
 * collects it, as long as the machine has memory: after hours of long exchanges a proxy would hold hundreds of megabytes of garbage. Asks
 * for a collection when a part has gathered and nothing is under way, and when much has gathered in any case.
 */
final class OldGeneration {

    /** The serial collector's name of it. Other collectors look after theirs in good time. */
    private static final String POOL = "Tenured Gen";

    private static final long MEGABYTE = 1 << 20;

    /** Growth since the last collection that is collected in a quiet moment. */
    static final long SOME = 16 * MEGABYTE;

    /** Growth since the last collection that is collected at once. */
    static final long MUCH = 48 * MEGABYTE;

    private Optional<MemoryPoolMXBean> pool = Optional.empty();
    private boolean sought;
    private long lastLived;
    private long base = -1;

    /** Looks after it; called now and then. */
    void look(boolean quiet) {
        if (!sought) {
            sought = true;
            pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(each -> each.getName().equals(POOL))
                    .findFirst();
        }
        pool.ifPresent(old -> look(old, quiet));
    }

    private void look(MemoryPoolMXBean old, boolean quiet) {
        long used = old.getUsage().getUsed();
        MemoryUsage afterCollection = old.getCollectionUsage();
        long lived = afterCollection == null ? 0 : afterCollection.getUsed();
        if (lived != lastLived) {
            // The collector has been there by itself.
            lastLived = lived;
            base = lived;
        } else if (base < 0 || used < base) {
            base = used;
        }
        if (isDue(used - base, quiet)) {
            System.gc();
        }
    }

    /** Whether a growth since the last collection, in bytes, is to be collected. */
    static boolean isDue(long growth, boolean quiet) {
        return growth > (quiet ? SOME : MUCH);
    }
}

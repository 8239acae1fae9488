package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The backends of all Gateways, kept from one translation to the next. Each translation first finds those that are not what they were;
 * then whoever uses none of them has the same backends as before.
 */
final class BackendTable {

    private final AtomicLong computations = new AtomicLong();
    private final Map<BackendId, Remembered<Optional<BackendIr>>> known = new HashMap<>();
    private final Set<Kind<?>> asked = new HashSet<>();
    private final Set<BackendId> changed = new HashSet<>();
    private final Map<ResourceRef, Part> parts = new HashMap<>();
    private boolean partsChanged;

    /** What one Gateway uses, as far as it exists. */
    private record Part(Set<BackendId> used, Map<BackendId, BackendIr> backends) {}

    /** Begins the next translation. */
    void begin(View view) {
        changed.clear();
        partsChanged = false;
        if (asked.stream().anyMatch(view::isChanged)) {
            known.forEach((id, remembered) -> {
                if (isOther(id, remembered, view)) {
                    changed.add(id);
                }
            });
        }
    }

    @SuppressWarnings("ReferenceEquality") // a backend that changed is another one
    private boolean isOther(BackendId id, Remembered<Optional<BackendIr>> remembered, View view) {
        Optional<BackendIr> before = remembered.last().orElse(Optional.empty());
        Optional<BackendIr> now = compute(id, remembered, view);
        return before.orElse(null) != now.orElse(null);
    }

    private Optional<BackendIr> compute(BackendId id, Remembered<Optional<BackendIr>> remembered, View view) {
        Optional<BackendIr> backend = remembered.get(List.of(), view, noted -> Backends.translate(id, noted));
        asked.addAll(remembered.kinds());
        return backend;
    }

    private Optional<BackendIr> get(BackendId id, View view) {
        Remembered<Optional<BackendIr>> remembered = known.get(id);
        if (remembered == null) {
            remembered = new Remembered<>(computations);
            known.put(id, remembered);
            return compute(id, remembered, view);
        }
        return remembered.last().orElse(Optional.empty());
    }

    /** The backends that a Gateway uses; the same map as before if all of them are the same. */
    Map<BackendId, BackendIr> of(ResourceRef gateway, Set<BackendId> used, View view) {
        Part before = parts.get(gateway);
        if (before != null && before.used().equals(used)) {
            if (Collections.disjoint(changed, used)) {
                return before.backends();
            }
        } else {
            partsChanged = true;
        }
        Map<BackendId, BackendIr> backends = HashMap.newHashMap(used.size());
        used.forEach(id -> get(id, view).ifPresent(backend -> backends.put(id, backend)));
        Part now = new Part(used, Map.copyOf(backends));
        parts.put(gateway, now);
        return now.backends();
    }

    /** Ends a translation: forgets what nobody uses any more. */
    void retain(Set<ResourceRef> gateways) {
        if (parts.keySet().retainAll(gateways) || partsChanged) {
            Set<BackendId> used = new HashSet<>();
            parts.values().forEach(part -> used.addAll(part.used()));
            known.keySet().retainAll(used);
        }
    }
}

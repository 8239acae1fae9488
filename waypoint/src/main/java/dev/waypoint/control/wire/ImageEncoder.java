package dev.waypoint.control.wire;

import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Routing records to resources. Equal records give equal images in every process. What an instance remembers of the records
 * before only saves work. Not thread-safe.
 *
 * <p>Records are written in units: a listener, a host of it, a backend. A unit whose record is the same object as before has the same
 * resources as before, unless a name is wanted for different contents: then names depend on all units, and all are written as one.
 */
public final class ImageEncoder {

    private ConfigImage last = ConfigImage.EMPTY;
    private Map<String, Section> sections = Map.of();
    private final Map<ResourceKey, Integer> uses = new HashMap<>();
    private Optional<ResourceWriter> whole = Optional.empty();

    /** A record that is written by itself. */
    private record Task(Object record, Consumer<ResourceWriter> write) {}

    /** A record, and what was written of it. */
    private record Unit(Object record, ResourceWriter written) {}

    /**
     * Units that have something in common: those of a listener, or all backends.
     *
     * @param record if this is the same object, they all are
     */
    private record Section(Object record, Map<Object, Unit> units) {}

    /** The image of routing records. */
    public ConfigImage encode(RoutingIr ir) {
        List<String> names = names(ir.listeners());
        Optional<ConfigImage> patched = whole.isPresent() ? Optional.empty() : new Patch().encode(ir, names);
        last = patched.orElseGet(() -> whole(ir, names));
        return last;
    }

    /** All records by one writer, which sees to it that each name stands for one content. */
    private ConfigImage whole(RoutingIr ir, List<String> names) {
        ResourceWriter writer = whole.map(ResourceWriter::new).orElseGet(ResourceWriter::new);
        Consumer<Map<Object, Task>> all =
                tasks -> tasks.values().forEach(task -> task.write().accept(writer));
        all.accept(general(ir, names));
        for (int i = 0; i < names.size(); i++) {
            all.accept(listener(names.get(i), ir.listeners().get(i)));
        }
        all.accept(backends(new TreeMap<>(byName(ir)).values()));
        sections = Map.of();
        uses.clear();
        whole = Optional.of(writer).filter(ResourceWriter::isAmbiguous);
        return ConfigImage.of(writer.resources(), last);
    }

    /** In an order that does not depend on the process. */
    private static Map<String, BackendIr> byName(RoutingIr ir) {
        Map<String, BackendIr> byName = new HashMap<>();
        ir.backends().values().forEach(backend -> byName.put(backend.id().toString(), backend));
        return byName;
    }

    private static Map<Object, Task> general(RoutingIr ir, List<String> names) {
        Map<Object, Task> tasks = new LinkedHashMap<>();
        tasks.put(Kinds.CALLERS, new Task(ir.callers(), writer -> writer.callers(ir.callers())));
        tasks.put(Kinds.LISTENERS, new Task(names, writer -> writer.listenerNames(names)));
        tasks.put(Kinds.GATEWAY, new Task(ir, writer -> writer.gateway(ir)));
        return tasks;
    }

    private static Map<Object, Task> listener(String name, ListenerIr listener) {
        Map<Object, Task> tasks =
                LinkedHashMap.newLinkedHashMap(listener.hosts().size() + 1);
        tasks.put("", new Task(listener, writer -> writer.listener(name, listener)));
        listener.hosts().forEach(host -> tasks.put(host.hostname(), new Task(host, writer -> writer.host(name, host))));
        return tasks;
    }

    private static Map<Object, Task> backends(Collection<BackendIr> backends) {
        Map<Object, Task> tasks = LinkedHashMap.newLinkedHashMap(backends.size());
        backends.forEach(backend -> tasks.put(backend.id(), new Task(backend, writer -> writer.backend(backend))));
        return tasks;
    }

    /** Listeners of a mesh may share owner and name, and differ in the callers that they are for. */
    private static List<String> names(List<ListenerIr> listeners) {
        List<String> names = new ArrayList<>(listeners.size());
        Set<String> taken = new HashSet<>();
        for (ListenerIr listener : listeners) {
            String wanted = listener.owner() + "/" + listener.name()
                    + listener.binding()
                            .map(BindingIr::callers)
                            .filter(callers -> !callers.isEmpty())
                            .map(callers -> " for " + callers)
                            .orElse("");
            String name = wanted;
            for (int i = 2; !taken.add(name); i++) {
                name = wanted + "#" + i;
            }
            names.add(name);
        }
        return names;
    }

    /** Replaces those units of the image before that are not what they were. */
    private final class Patch {
        private final Map<String, Section> now = new HashMap<>();
        private final List<Unit> fresh = new ArrayList<>();
        private final List<Unit> stale = new ArrayList<>();
        private final Set<ResourceKey> gone = new HashSet<>();
        private final Map<ResourceKey, Content> come = new LinkedHashMap<>();

        /** The image; empty if a name is wanted for different contents. */
        Optional<ConfigImage> encode(RoutingIr ir, List<String> names) {
            section(Kinds.GATEWAY, ir, () -> general(ir, names));
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                ListenerIr listener = ir.listeners().get(i);
                section(Kinds.LISTENER + " " + name, listener, () -> listener(name, listener));
            }
            section(Kinds.BACKEND, ir.backends(), () -> backends(ir.backends().values()));
            sections.forEach((name, section) -> {
                if (!now.containsKey(name)) {
                    stale.addAll(section.units().values());
                }
            });
            stale.forEach(this::takeOut);
            boolean clear = fresh.stream().allMatch(this::putIn);
            sections = now;
            return clear ? Optional.of(last.with(come, gone)) : Optional.empty();
        }

        @SuppressWarnings("ReferenceEquality") // a record that changed is another object
        private void section(String name, Object record, Supplier<Map<Object, Task>> tasks) {
            Section before = sections.getOrDefault(name, new Section(Map.of(), Map.of()));
            now.put(name, before.record() == record ? before : new Section(record, units(before.units(), tasks.get())));
        }

        @SuppressWarnings("ReferenceEquality") // a record that changed is another object
        private Map<Object, Unit> units(Map<Object, Unit> before, Map<Object, Task> tasks) {
            Map<Object, Unit> units = HashMap.newHashMap(tasks.size());
            tasks.forEach((key, task) -> {
                Optional<Unit> known = Optional.ofNullable(before.get(key));
                Unit unit = known.filter(one -> one.record() == task.record()).orElseGet(() -> write(task, known));
                units.put(key, unit);
            });
            before.forEach((key, unit) -> {
                if (units.get(key) != unit) {
                    stale.add(unit);
                }
            });
            return units;
        }

        private Unit write(Task task, Optional<Unit> before) {
            ResourceWriter writer =
                    before.map(unit -> new ResourceWriter(unit.written())).orElseGet(ResourceWriter::new);
            task.write().accept(writer);
            Unit unit = new Unit(task.record(), writer);
            fresh.add(unit);
            return unit;
        }

        /** A resource goes with the last unit that has it. */
        private void takeOut(Unit unit) {
            unit.written().resources().keySet().forEach(key -> {
                if (uses.merge(key, -1, Integer::sum) == 0) {
                    uses.remove(key);
                    gone.add(key);
                }
            });
        }

        /** Whether each of its resources is the only one of its name. */
        private boolean putIn(Unit unit) {
            if (unit.written().isAmbiguous()) {
                return false;
            }
            for (Map.Entry<ResourceKey, Content> resource :
                    unit.written().resources().entrySet()) {
                ResourceKey key = resource.getKey();
                boolean first = uses.merge(key, 1, Integer::sum) == 1;
                Optional<Content> other = first
                        ? Optional.empty()
                        : Optional.ofNullable(come.get(key)).or(() -> last.find(key));
                if (other.isPresent()
                        && !other.get().digest().equals(resource.getValue().digest())) {
                    return false;
                }
                gone.remove(key);
                come.put(key, resource.getValue());
            }
            return true;
        }
    }
}

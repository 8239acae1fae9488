package dev.waypoint.control.wire;

import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Routing records to resources. Equal records give equal images in every process. What an instance remembers of the records
 * before only saves work. Not thread-safe.
 *
 * <p>Records are written in units: a listener, a host of it, a backend. A unit whose record is the same object as before has the same
 * resources as before, unless a name is wanted for different contents: then names depend on all units, and all are written as one.
 */
public final class ImageEncoder {

    private ConfigImage last = ConfigImage.EMPTY;
    private Map<UnitKey, Unit> units = Map.of();
    private final Map<ResourceKey, Integer> uses = new HashMap<>();
    private Optional<ResourceWriter> whole = Optional.empty();

    /** Names a unit: what it is, of which listener, and which one. */
    private record UnitKey(String kind, String listener, String name) {}

    /** A unit, and what was made of it. */
    private record Unit(Object record, ResourceWriter written) {}

    /** The image of routing records. */
    public ConfigImage encode(RoutingIr ir) {
        Optional<ConfigImage> patched = whole.isPresent() ? Optional.empty() : new Patch().encode(ir);
        last = patched.orElseGet(() -> whole(ir));
        return last;
    }

    /** All records by one writer, which sees to it that each name stands for one content. */
    private ConfigImage whole(RoutingIr ir) {
        ResourceWriter writer = whole.map(ResourceWriter::new).orElseGet(ResourceWriter::new);
        units(ir).values().forEach(unit -> unit.write().accept(writer));
        units = Map.of();
        uses.clear();
        whole = Optional.of(writer).filter(ResourceWriter::isAmbiguous);
        return ConfigImage.of(writer.resources(), last);
    }

    /** A unit that is to be written. */
    private record Task(Object record, Consumer<ResourceWriter> write) {}

    private static Map<UnitKey, Task> units(RoutingIr ir) {
        Map<UnitKey, Task> tasks = new LinkedHashMap<>();
        tasks.put(unit(Kinds.CALLERS), new Task(ir.callers(), writer -> writer.callers(ir.callers())));
        List<String> names = names(ir.listeners());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            ListenerIr listener = ir.listeners().get(i);
            tasks.put(
                    new UnitKey(Kinds.LISTENER, name, ""),
                    new Task(listener, writer -> writer.listener(name, listener)));
            for (HostIr host : listener.hosts()) {
                tasks.put(
                        new UnitKey(Kinds.HOST, name, host.hostname()),
                        new Task(host, writer -> writer.host(name, host)));
            }
        }
        tasks.put(unit(Kinds.LISTENERS), new Task(names, writer -> writer.listenerNames(names)));
        tasks.put(unit(Kinds.GATEWAY), new Task(ir, writer -> writer.gateway(ir)));
        Map<String, BackendIr> byName = new TreeMap<>();
        ir.backends().values().forEach(backend -> byName.put(backend.id().toString(), backend));
        byName.forEach((name, backend) ->
                tasks.put(new UnitKey(Kinds.BACKEND, "", name), new Task(backend, writer -> writer.backend(backend))));
        return tasks;
    }

    private static UnitKey unit(String kind) {
        return new UnitKey(kind, "", "");
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
        private final Set<ResourceKey> gone = new HashSet<>();
        private final Map<ResourceKey, Content> come = new LinkedHashMap<>();

        /** The image; empty if a name is wanted for different contents. */
        @SuppressWarnings("ReferenceEquality") // a unit that changed is another object
        Optional<ConfigImage> encode(RoutingIr ir) {
            Map<UnitKey, Task> tasks = units(ir);
            Map<UnitKey, Unit> now = HashMap.newHashMap(tasks.size());
            List<Unit> fresh = new ArrayList<>();
            List<Unit> stale = new ArrayList<>();
            tasks.forEach((key, task) -> {
                Unit before = units.get(key);
                if (before != null && before.record() == task.record()) {
                    now.put(key, before);
                } else {
                    Unit unit = write(task, Optional.ofNullable(before));
                    fresh.add(unit);
                    now.put(key, unit);
                    Optional.ofNullable(before).ifPresent(stale::add);
                }
            });
            units.forEach((key, unit) -> {
                if (!now.containsKey(key)) {
                    stale.add(unit);
                }
            });
            stale.forEach(this::takeOut);
            boolean clear = fresh.stream().allMatch(this::putIn);
            units = now;
            return clear ? Optional.of(last.with(come, gone)) : Optional.empty();
        }

        private static Unit write(Task task, Optional<Unit> before) {
            ResourceWriter writer =
                    before.map(unit -> new ResourceWriter(unit.written())).orElseGet(ResourceWriter::new);
            task.write().accept(writer);
            return new Unit(task.record(), writer);
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

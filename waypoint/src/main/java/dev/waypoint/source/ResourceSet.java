package dev.waypoint.source;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.UnreadablePolicy;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All objects at one moment: immutable, with a version. A set that is made from another one shares with it the objects, and
 * whole kinds, that did not change, so that "did this change" is a comparison of references.
 */
public final class ResourceSet {

    /** No objects, version 0. */
    public static final ResourceSet EMPTY = new ResourceSet(0, Map.of(), List.of(), Set.of());

    private final long version;
    private final Map<Kind<?>, Table> tables;
    private final List<Finding> findings;
    private final Set<ResourceRef> unreadable;

    /** The objects of one kind in the order of their names. Compared by identity: two are the same only if nothing changed. */
    private static final class Table {
        static final Table EMPTY = new Table(Collections.unmodifiableSortedMap(new TreeMap<>()));

        private final SortedMap<ResourceRef, Resource<?>> byRef;

        Table(SortedMap<ResourceRef, Resource<?>> byRef) {
            this.byRef = byRef;
        }

        SortedMap<ResourceRef, Resource<?>> byRef() {
            return byRef;
        }
    }

    private ResourceSet(long version, Map<Kind<?>, Table> tables, List<Finding> findings, Set<ResourceRef> unreadable) {
        this.version = version;
        this.tables = tables;
        this.findings = List.copyOf(findings);
        this.unreadable = Collections.unmodifiableSet(unreadable);
    }

    /** Grows with each change of the same source. */
    public long version() {
        return version;
    }

    /** What was wrong when the objects were read. */
    public List<Finding> findings() {
        return findings;
    }

    /** Objects that exist but could not be read, so that they are missing here. */
    public Set<ResourceRef> unreadable() {
        return unreadable;
    }

    /** All objects of a kind, by namespace and name. The same collection as long as none of them changed. */
    public <T extends Record> Collection<Resource<T>> all(Kind<T> kind) {
        return typed(table(kind).byRef().values());
    }

    /** One object. */
    public <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name) {
        return Optional.ofNullable(table(kind).byRef().get(kind.ref(namespace, name)))
                .map(found -> typed(found));
    }

    /** One object of any kind. */
    public Optional<Resource<?>> find(ResourceRef ref) {
        return Kinds.find(ref.group(), ref.kind())
                .flatMap(kind -> Optional.ofNullable(table(kind).byRef().get(ref)));
    }

    /** The number of objects. */
    public int size() {
        return tables.values().stream().mapToInt(table -> table.byRef().size()).sum();
    }

    /** Whether both sets hold the very same objects of a kind. */
    public boolean sameObjects(ResourceSet other, Kind<?> kind) {
        return table(kind) == other.table(kind);
    }

    /**
     * What is different in a newer set. Costs a glance at each object of a kind that changed at all, and no more than that.
     *
     * @param present objects that came, or that are other objects than here, in the order of their names
     * @param gone the names of those that are not there any more
     */
    public record Difference(List<Resource<?>> present, List<ResourceRef> gone) {

        /** Whether there is none. */
        public boolean isEmpty() {
            return present.isEmpty() && gone.isEmpty();
        }
    }

    /** What is different in a newer set, of one kind. */
    @SuppressWarnings("ReferenceEquality") // an object that changed is another one
    public Difference difference(ResourceSet newer, Kind<?> kind) {
        List<Resource<?>> present = new ArrayList<>();
        List<ResourceRef> gone = new ArrayList<>();
        if (!sameObjects(newer, kind)) {
            Iterator<Map.Entry<ResourceRef, Resource<?>>> olds =
                    table(kind).byRef().entrySet().iterator();
            Optional<Map.Entry<ResourceRef, Resource<?>>> old = next(olds);
            for (Map.Entry<ResourceRef, Resource<?>> now :
                    newer.table(kind).byRef().entrySet()) {
                while (old.isPresent() && compare(old.get(), now) < 0) {
                    gone.add(old.get().getKey());
                    old = next(olds);
                }
                boolean known = old.isPresent() && compare(old.get(), now) == 0;
                if (!known || old.get().getValue() != now.getValue()) {
                    present.add(now.getValue());
                }
                old = known ? next(olds) : old;
            }
            for (; old.isPresent(); old = next(olds)) {
                gone.add(old.get().getKey());
            }
        }
        return new Difference(present, gone);
    }

    private static <E> Optional<E> next(Iterator<E> iterator) {
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }

    /** Names that both sets took over from a common ancestor are the same objects. */
    @SuppressWarnings("ReferenceEquality") // a shortcut
    private static int compare(Map.Entry<ResourceRef, ?> one, Map.Entry<ResourceRef, ?> other) {
        return one.getKey() == other.getKey() ? 0 : one.getKey().compareTo(other.getKey());
    }

    /** Starts a change. */
    public Builder change() {
        return new Builder(this);
    }

    private Table table(Kind<?> kind) {
        return tables.getOrDefault(kind, Table.EMPTY);
    }

    /** The table of a kind holds only objects of that kind: {@link Builder#put} sees to it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <R> R typed(Object stored) {
        return (R) stored;
    }

    /** A change: objects that come, go, or are replaced. For one thread. */
    public static final class Builder {
        private final ResourceSet base;
        private final Map<Kind<?>, SortedMap<ResourceRef, Resource<?>>> changed = new HashMap<>();
        private final Set<ResourceRef> unreadable;
        private List<Finding> findings;

        private Builder(ResourceSet base) {
            this.base = base;
            this.findings = base.findings;
            this.unreadable = new TreeSet<>(base.unreadable);
        }

        /** Adds or replaces an object. One that is equal to the present one leaves that in place. */
        public Builder put(Resource<?> resource) {
            ResourceRef ref = resource.ref();
            readable(ref);
            if (!resource.equals(current(resource.kind()).get(ref))) {
                editable(resource.kind()).put(ref, resource);
            }
            return this;
        }

        /** Removes an object, if it is there. */
        public Builder remove(ResourceRef ref) {
            readable(ref);
            Kinds.find(ref.group(), ref.kind())
                    .filter(kind -> current(kind).containsKey(ref))
                    .ifPresent(kind -> editable(kind).remove(ref));
            return this;
        }

        /** Keeps only the named objects; for sources that always read everything. */
        public Builder retain(Set<ResourceRef> keep) {
            for (Kind<?> kind : Kinds.ALL) {
                current(kind).keySet().stream()
                        .filter(ref -> !keep.contains(ref))
                        .toList()
                        .forEach(this::remove);
            }
            unreadable.stream().filter(ref -> !keep.contains(ref)).toList().forEach(this::readable);
            return this;
        }

        /**
         * Notes that an object exists but could not be read. An earlier version of it stays, if there is one.
         *
         * @param standIn what stands for it, if it is a policy, as long as there is no earlier version
         * @return whether the stand-in is there now
         */
        public boolean unreadable(ResourceRef ref, Optional<Resource<UnreadablePolicy>> standIn) {
            boolean known = Kinds.find(ref.group(), ref.kind())
                    .map(kind -> current(kind).containsKey(ref))
                    .orElse(false);
            readable(ref);
            unreadable.add(ref);
            if (!known) {
                standIn.ifPresent(resource -> editable(Kinds.UNREADABLE_POLICY).put(resource.ref(), resource));
            }
            return !known && standIn.isPresent();
        }

        /** Notes that nothing stands in the way of an object, and that nothing stands for it. */
        private void readable(ResourceRef ref) {
            unreadable.remove(ref);
            ResourceRef standIn = UnreadablePolicy.standIn(ref);
            if (current(Kinds.UNREADABLE_POLICY).containsKey(standIn)) {
                editable(Kinds.UNREADABLE_POLICY).remove(standIn);
            }
        }

        /** Replaces the findings of reading. */
        public Builder findings(List<Finding> all) {
            findings = List.copyOf(all);
            return this;
        }

        /** The new set; the old one itself if nothing changed. */
        public ResourceSet build() {
            if (changed.isEmpty() && findings.equals(base.findings) && unreadable.equals(base.unreadable)) {
                return base;
            }
            Map<Kind<?>, Table> tables = new HashMap<>(base.tables);
            changed.forEach((kind, byRef) -> tables.put(kind, new Table(Collections.unmodifiableSortedMap(byRef))));
            return new ResourceSet(base.version + 1, Map.copyOf(tables), findings, unreadable);
        }

        private Map<ResourceRef, Resource<?>> current(Kind<?> kind) {
            Map<ResourceRef, Resource<?>> own = changed.get(kind);
            return own != null ? own : base.table(kind).byRef();
        }

        private Map<ResourceRef, Resource<?>> editable(Kind<?> kind) {
            // The copy of a map that is known to be sorted is made without a comparison.
            return changed.computeIfAbsent(
                    kind, absent -> new TreeMap<>(base.table(kind).byRef()));
        }
    }
}

package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.BackendId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routes of one listener. Immutable; another object as soon as any of them changes. */
final class ListenerRoutes {

    /** No routes. */
    static final ListenerRoutes NONE = new ListenerRoutes(List.of(), Set.of());

    private final List<HostTables.Member> members;
    private final Set<BackendId> backends;
    private Optional<Set<ResourceRef>> met = Optional.empty();

    private ListenerRoutes(List<HostTables.Member> members, Set<BackendId> before) {
        this.members = members;
        Set<BackendId> all = new HashSet<>();
        members.forEach(member -> all.addAll(member.route().backends()));
        // The very same set is compared at no cost.
        this.backends = all.equals(before) ? before : all;
    }

    /** The same without some, and with others. */
    ListenerRoutes with(Set<ResourceRef> gone, Collection<HostTables.Member> come) {
        List<HostTables.Member> now = new ArrayList<>(members.size() + come.size());
        for (HostTables.Member member : members) {
            if (!gone.contains(member.ref())) {
                now.add(member);
            }
        }
        now.addAll(come);
        return new ListenerRoutes(now, backends);
    }

    /** The routes, in no particular order. */
    List<HostTables.Member> members() {
        return members;
    }

    /** The backends that any of them may use. */
    Set<BackendId> backends() {
        return backends;
    }

    /** The objects that requests of the listener meet: routes, the objects that they name as filters, Services. */
    Set<ResourceRef> met() {
        if (met.isEmpty()) {
            Set<ResourceRef> all = new HashSet<>();
            members.forEach(member -> {
                all.add(member.ref());
                all.addAll(member.filters());
            });
            backends.forEach(id -> all.add(Kinds.SERVICE.ref(id.namespace(), id.service())));
            met = Optional.of(all);
        }
        return met.get();
    }
}

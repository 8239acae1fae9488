package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.ir.FilterIr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says Envoy's ext_proc filters as ExtProcProviders and ExtProcPolicies, where these mean the same. What most rules have is attached
 * to the Gateway; routes and rules that have something else switch it off and have policies of their own.
 */
final class ProcessorTwins {

    private static final int MOST_TARGETS = 16;
    private static final String GROUP = "waypoint.dev/v1alpha1";
    /** Filters whose stages come before that of processors. */
    private static final Set<String> EARLIER =
            Set.of(LocalRateLimits.FILTER, LocalRateLimits.RULES_FILTER, "cors", "csrf", "fault", "buffer");
    /** And those that come behind. */
    private static final Set<String> LATER = Set.of(HeaderEdits.FILTER, Rewrites.FILTER);

    private static final Pattern POSITION = Pattern.compile("http_filters\\[(\\d+)]");

    private final String gateway;
    private final List<RoutePart> parts;
    private final Map<FilterIr, FilterDraft> drafts;
    /** By the place in the chain. */
    private final Map<Integer, Slot> slots = new TreeMap<>();

    private final Map<FilterIr, Slot> slotOf = new HashMap<>();
    private final Set<Place> named = new HashSet<>();
    private final boolean written;

    /** A rule of a route that is written. */
    private record Place(RoutePart route, int rule) {}

    /** A filter of the chain: what it is for which rules. */
    private static final class Slot {
        private final String name;
        private final Map<FilterIr, List<Place>> uses = new LinkedHashMap<>();
        private final Map<ObjectNode, String> providers = new LinkedHashMap<>();

        Slot(String name) {
            this.name = name;
        }

        FilterIr usual() {
            return Collections.max(
                            uses.entrySet(), Map.Entry.comparingByValue((one, other) -> one.size() - other.size()))
                    .getKey();
        }

        List<Place> places(FilterIr filter) {
            return uses.getOrDefault(filter, List.of());
        }
    }

    /**
     * @param gateway the name of the Gateway
     * @param parts all routes that are written for it
     */
    ProcessorTwins(String gateway, List<RoutePart> parts, Map<FilterIr, FilterDraft> drafts) {
        this.gateway = gateway;
        this.parts = parts;
        this.drafts = drafts;
        places().forEach(place ->
                place.route().routes().get(place.rule()).rule().filters().forEach(filter -> add(filter, place)));
        this.written = slotOf.keySet().stream()
                .allMatch(
                        filter -> ProcessorForms.reason(draft(filter).config()).isEmpty());
        if (written) {
            slots.values()
                    .forEach(slot -> slot.uses
                            .keySet()
                            .forEach(filter -> targets(slot, filter)
                                    .forEach(target -> target.rule().ifPresent(named::add))));
            slots.values()
                    .forEach(slot -> changed(slot).forEach(place -> place.rule().ifPresent(named::add)));
        }
    }

    private void add(FilterIr filter, Place place) {
        FilterDraft draft = drafts.get(filter);
        if (draft == null || !draft.filter().equals(ExtProcFilters.FILTER)) {
            return;
        }
        Matcher position = POSITION.matcher(draft.path());
        int index = position.find() ? Integer.parseInt(position.group(1)) : 0;
        String name = draft.target().substring(draft.target().lastIndexOf('/') + 1);
        Slot slot = slots.computeIfAbsent(index, absent -> new Slot(name));
        slot.uses.computeIfAbsent(filter, absent -> new ArrayList<>()).add(place);
        slotOf.put(filter, slot);
    }

    private FilterDraft draft(FilterIr filter) {
        FilterDraft draft = drafts.get(filter);
        if (draft == null) {
            throw new IllegalStateException("a filter with a twin has a draft");
        }
        return draft;
    }

    private List<Place> places() {
        List<Place> all = new ArrayList<>();
        for (RoutePart part : parts) {
            for (int i = 0; i < part.routes().size(); i++) {
                all.add(new Place(part, i));
            }
        }
        return all;
    }

    /** Why a filter stays one; empty if policies say it. */
    Optional<String> reason(FilterIr filter) {
        if (!slotOf.containsKey(filter)) {
            return Optional.of("");
        }
        if (written) {
            return Optional.empty();
        }
        return ProcessorForms.reason(draft(filter).config())
                .or(() -> Optional.of("another ext_proc filter stays one, and several filters keep their order"));
    }

    /** Whether a policy is for this rule alone, so that it needs a name. */
    boolean isNamed(RoutePart route, int rule) {
        return named.contains(new Place(route, rule));
    }

    /** What a policy is for: the Gateway if there is no route, all of the route if there is no rule. */
    private record Target(Optional<RoutePart> route, Optional<Place> rule) {
        static final Target GATEWAY = new Target(Optional.empty(), Optional.empty());
    }

    private boolean isEverywhere(Slot slot) {
        return slot.places(slot.usual()).size() == places().size();
    }

    /** Whether the usual form of a slot is attached to the Gateway. A narrower level comes later, which must not change the order. */
    private boolean isInherited(Slot slot) {
        return slots.values().stream().allMatch(this::isEverywhere)
                || (slots.size() == 1 && slot.places(slot.usual()).size() * 2 > places().size());
    }

    private List<Target> targets(Slot slot, FilterIr filter) {
        return isInherited(slot) && filter.equals(slot.usual())
                ? List.of(Target.GATEWAY)
                : targets(slot.places(filter));
    }

    /** Rules, or their whole route where all are meant and the order among levels does not count. */
    private List<Target> targets(List<Place> places) {
        List<Target> targets = new ArrayList<>();
        Set<RoutePart> whole = new HashSet<>();
        for (Place place : places) {
            long ofRoute = places.stream()
                    .filter(other -> other.route().equals(place.route()))
                    .count();
            if (slots.size() > 1 || ofRoute < place.route().routes().size()) {
                targets.add(new Target(Optional.of(place.route()), Optional.of(place)));
            } else if (whole.add(place.route())) {
                targets.add(new Target(Optional.of(place.route()), Optional.empty()));
            }
        }
        return targets;
    }

    /** Where the usual form does not count. */
    private List<Target> changed(Slot slot) {
        if (!isInherited(slot)) {
            return List.of();
        }
        List<Place> others = new ArrayList<>(places());
        others.removeAll(slot.places(slot.usual()));
        return targets(others);
    }

    /** Says where filters pass in another order than in Envoy's chain: ours have stages. */
    private void order(Conversion out) {
        for (Place place : places()) {
            List<String> kinds = place.route().routes().get(place.rule()).rule().filters().stream()
                    .map(FilterIr::filter)
                    .toList();
            int first = kinds.indexOf(ExtProcFilters.FILTER);
            int last = kinds.lastIndexOf(ExtProcFilters.FILTER);
            for (int i = 0; i < kinds.size() && first >= 0; i++) {
                boolean early = i < last && LATER.contains(kinds.get(i));
                boolean late = i > first && EARLIER.contains(kinds.get(i));
                if (early || late) {
                    out.loss("HTTPRoute " + place.route().name() + ": the filter " + kinds.get(i) + " runs "
                            + (early ? "behind" : "before")
                            + " all ext_proc filters, not where it stands in the chain");
                }
            }
        }
    }

    /** Writes the objects. */
    void write(Conversion out) {
        order(out);
        if (!written) {
            return;
        }
        int priority = slots.size();
        for (Slot slot : slots.values()) {
            write(slot, slots.size() == 1 ? 0 : priority--, out);
        }
        if (!slots.isEmpty()) {
            out.loss("ExtProcPolicies of " + gateway + ": the processor does not see requests that no route takes");
        }
    }

    private void write(Slot slot, int priority, Conversion out) {
        int number = 0;
        List<FilterIr> filters = new ArrayList<>(slot.uses.keySet());
        filters.remove(slot.usual());
        filters.addFirst(slot.usual());
        for (FilterIr filter : filters) {
            ObjectNode config = draft(filter).config();
            String provider =
                    slot.providers.computeIfAbsent(ProcessorForms.provider(config), spec -> provider(slot, spec, out));
            for (List<Target> some : parts(targets(slot, filter))) {
                ObjectNode spec = policy(slot, number++, some, provider, out);
                if (priority != 0) {
                    spec.put("priority", priority);
                }
                ProcessorForms.policy(config, spec);
            }
        }
        String usual =
                slot.providers.get(ProcessorForms.provider(draft(slot.usual()).config()));
        for (List<Target> some : parts(changed(slot))) {
            policy(slot, number++, some, usual == null ? "" : usual, out).put("disabled", true);
        }
    }

    private static List<List<Target>> parts(List<Target> targets) {
        List<List<Target>> parts = new ArrayList<>();
        for (int from = 0; from < targets.size(); from += MOST_TARGETS) {
            parts.add(targets.subList(from, Math.min(targets.size(), from + MOST_TARGETS)));
        }
        return parts;
    }

    private String numbered(Slot slot, int number) {
        return number == 0
                ? Conversion.name(gateway, slot.name)
                : Conversion.name(gateway, slot.name, String.valueOf(number + 1));
    }

    private String provider(Slot slot, ObjectNode spec, Conversion out) {
        String name = numbered(slot, slot.providers.size());
        out.object(GROUP, "ExtProcProvider", name).set("spec", spec);
        String secret =
                spec.path("call").path("clientCertificateRef").path("name").asText();
        if (!secret.isEmpty()) {
            out.loss("ExtProcProvider " + name + ": make the Secret " + secret
                    + " of type kubernetes.io/tls from the certificate and key that the processor is shown");
        }
        return name;
    }

    private ObjectNode policy(Slot slot, int number, List<Target> targets, String provider, Conversion out) {
        ObjectNode spec =
                out.object(GROUP, "ExtProcPolicy", numbered(slot, number)).putObject("spec");
        ArrayNode refs = spec.putArray("targetRefs");
        for (Target target : targets) {
            ObjectNode ref = refs.addObject();
            ref.put("kind", target.route().isPresent() ? "HTTPRoute" : "Gateway");
            ref.put("name", target.route().map(RoutePart::name).orElse(gateway));
            target.rule().ifPresent(place -> ref.put("sectionName", LimitTwins.ruleName(place.rule())));
        }
        spec.putObject("providerRef").put("name", provider);
        return spec;
    }
}

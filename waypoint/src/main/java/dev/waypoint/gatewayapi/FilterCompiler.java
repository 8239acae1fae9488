package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.api.BackendTarget;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.ResolvedIr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the configuration of filters into the records of their kinds, and follows the references that it holds. */
final class FilterCompiler {

    private final FilterCatalog catalog;

    FilterCompiler(FilterCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A filter that somebody wants.
     *
     * @param filter the kind
     * @param config its configuration
     * @param path where the configuration stands in the source
     * @param source the object that wants it
     * @param target what it is attached to
     * @param enforcement whether it is obeyed
     * @param referrer the object whose references are followed
     */
    record Wanted(
            String filter,
            JsonNode config,
            String path,
            ResourceRef source,
            String target,
            Enforcement enforcement,
            ResourceRef referrer) {

        /** A filter whose references are those of the object that wants it. */
        Wanted(
                String filter,
                JsonNode config,
                String path,
                ResourceRef source,
                String target,
                Enforcement enforcement) {
            this(filter, config, path, source, target, enforcement, source);
        }
    }

    /**
     * What became of it.
     *
     * @param filter the filter; empty if there is any problem
     * @param placement where it stands
     * @param problems what is wrong
     * @param backends the backends that it calls itself
     */
    record Compiled(Optional<FilterIr> filter, Placement placement, List<Problem> problems, Set<BackendId> backends) {}

    Compiled compile(Wanted wanted, View view) {
        Optional<FilterFactory<?>> factory = catalog.find(wanted.filter());
        if (factory.isEmpty()) {
            List<Problem> unknown = new ArrayList<>();
            catalog.readConfig(
                    wanted.filter(),
                    wanted.config(),
                    wanted.source(),
                    "spec.filter",
                    wanted.path(),
                    finding -> unknown.add(problem(finding)));
            return new Compiled(Optional.empty(), Placement.in(Stage.SHIELD), unknown, Set.of());
        }
        if (factory.get().isMadeByTranslation()) {
            Problem notForObjects = new Problem(
                    Reasons.INVALID,
                    "spec.filter",
                    "'" + wanted.filter() + "'",
                    "only the proxy itself makes filters of this kind");
            return new Compiled(Optional.empty(), factory.get().kind().placement(), List.of(notForObjects), Set.of());
        }
        return compile(factory.get(), wanted, view);
    }

    /** The filters that are installed. */
    FilterCatalog catalog() {
        return catalog;
    }

    private static <C extends Record> Compiled compile(FilterFactory<C> factory, Wanted wanted, View view) {
        List<Finding> findings = new ArrayList<>();
        Optional<C> config = RecordReader.read(
                wanted.config(), factory.kind().configType(), wanted.source(), wanted.path(), findings::add);
        List<Problem> problems = new ArrayList<>();
        findings.forEach(finding -> problems.add(problem(finding)));
        Map<ConfigReference, ResolvedIr> references = new HashMap<>();
        Set<BackendId> backends = new HashSet<>();
        config.ifPresent(read -> factory.references(read)
                .forEach(reference -> follow(reference, wanted, view, problems)
                        .ifPresent(found -> references.put(reference, found))));
        references.values().forEach(resolved -> {
            if (resolved instanceof ResolvedIr.Backend(BackendId id)) {
                backends.add(id);
            }
        });
        Optional<FilterIr> filter = config.filter(read -> problems.isEmpty())
                .map(read -> new FilterIr(
                        factory.kind().name(),
                        read,
                        wanted.source(),
                        wanted.target(),
                        wanted.enforcement(),
                        references));
        return new Compiled(filter, factory.kind().placement(), problems, backends);
    }

    private static Problem problem(Finding finding) {
        return new Problem(Reasons.INVALID, finding.path(), finding.value(), finding.expectation());
    }

    private static Optional<ResolvedIr> follow(
            ConfigReference reference, Wanted wanted, View view, List<Problem> problems) {
        return switch (reference) {
            case ConfigReference.SecretReference secret -> data(secret, wanted, view, problems);
            case ConfigReference.ConfigMapReference map -> data(map, wanted, view, problems);
            case ConfigReference.ServiceReference service -> {
                BackendRefs.Resolved resolved = new BackendRefs(view, wanted.referrer(), false)
                        .resolve(
                                new BackendTarget(
                                        "",
                                        "Service",
                                        service.namespace(),
                                        service.name(),
                                        Optional.of(service.port())),
                                wanted.path());
                resolved.problem().ifPresent(problems::add);
                yield resolved.id().map(ResolvedIr.Backend::new);
            }
        };
    }

    private static Optional<ResolvedIr> data(
            ConfigReference reference, Wanted wanted, View view, List<Problem> problems) {
        String namespace = reference.namespace().orElse(wanted.referrer().namespace());
        boolean secret = reference instanceof ConfigReference.SecretReference;
        ResourceRef ref = (secret ? Kinds.SECRET : Kinds.CONFIG_MAP).ref(namespace, reference.name());
        if (!ReferenceGrants.permit(view, wanted.referrer(), ref)) {
            problems.add(new Problem(
                    Reasons.REF_NOT_PERMITTED,
                    wanted.path(),
                    ref.toString(),
                    "needs a ReferenceGrant in namespace " + namespace));
            return Optional.empty();
        }
        Optional<ResolvedIr> found = secret
                ? view.find(Kinds.SECRET, namespace, reference.name())
                        .map(one -> new ResolvedIr.Data(ObjectData.ofSecret(one.spec()), true))
                : view.find(Kinds.CONFIG_MAP, namespace, reference.name())
                        .map(one -> new ResolvedIr.Data(ObjectData.ofConfigMap(one.spec()), false));
        if (found.isEmpty()) {
            problems.add(new Problem(Reasons.INVALID, wanted.path(), ref.toString(), "there is no such " + ref.kind()));
        }
        return found;
    }
}

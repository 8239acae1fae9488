package dev.waypoint.source.envoy;

import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.ResolvedIr;
import dev.waypoint.ir.TlsToBackendIr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns drafts into filters: reads their configuration into the records of the installed filters. */
final class FilterBinding {

    private final FilterCatalog catalog;
    private final Clusters clusters;
    private final Problems problems;
    private final Map<FilterDraft, Optional<FilterIr>> bound = new HashMap<>();
    private final Map<FilterIr, FilterDraft> drafts = new LinkedHashMap<>();

    FilterBinding(FilterCatalog catalog, Clusters clusters, Problems problems) {
        this.catalog = catalog;
        this.clusters = clusters;
        this.problems = problems;
    }

    List<FilterIr> bind(List<FilterDraft> list) {
        List<FilterIr> out = new ArrayList<>();
        list.forEach(draft -> bound.computeIfAbsent(draft, this::bind).ifPresent(out::add));
        return out;
    }

    /** What a filter was made from. */
    Map<FilterIr, FilterDraft> drafts() {
        return drafts;
    }

    private Optional<FilterIr> bind(FilterDraft draft) {
        boolean broken = problems.anyBelow(draft.path());
        Optional<Record> config = catalog.readConfig(
                draft.filter(), draft.config(), draft.source(), draft.path(), draft.path(), finding -> {
                    // What is wrong in the source was said there; the rest is said in the words of our own form.
                    if (!broken) {
                        problems.error(draft.path(), finding.path() + " " + finding.value(), finding.expectation());
                    }
                });
        Optional<FilterFactory<?>> factory = catalog.find(draft.filter());
        if (config.isEmpty() || factory.isEmpty()) {
            return Optional.empty();
        }
        FilterIr ir = new FilterIr(
                draft.filter(),
                config.get(),
                draft.source(),
                draft.target(),
                Enforcement.enforced(),
                references(factory.get(), config.get(), draft));
        drafts.put(ir, draft);
        return Optional.of(ir);
    }

    private <C extends Record> Map<ConfigReference, ResolvedIr> references(
            FilterFactory<C> factory, Record config, FilterDraft draft) {
        Map<ConfigReference, ResolvedIr> out = new HashMap<>();
        for (ConfigReference reference :
                factory.references(factory.kind().configType().cast(config))) {
            resolve(reference)
                    .ifPresentOrElse(
                            resolved -> out.put(reference, resolved),
                            () -> problems.error(draft.path(), reference.name(), "there is no such cluster or file"));
        }
        return out;
    }

    private Optional<ResolvedIr> resolve(ConfigReference reference) {
        return switch (reference) {
            case ConfigReference.ServiceReference service ->
                clusters.find(service.name())
                        .filter(id -> id.port() == service.port())
                        .map((BackendId id) -> new ResolvedIr.Backend(id));
            case ConfigReference.SecretReference secret -> certificates(secret.name());
            case ConfigReference.ConfigMapReference map -> Optional.empty();
        };
    }

    private Optional<ResolvedIr> certificates(String cluster) {
        Optional<TlsToBackendIr> tls = clusters.backend(cluster).flatMap(BackendIr::tls);
        if (tls.isEmpty() || !(tls.get() instanceof TlsToBackendIr.Verified verified)) {
            return Optional.empty();
        }
        Map<String, String> data = new TreeMap<>();
        verified.authoritiesPem().ifPresent(pem -> data.put("ca.crt", base64(pem)));
        verified.clientCertificate().ifPresent(certificate -> {
            data.put("tls.crt", base64(certificate.chainPem()));
            data.put("tls.key", base64(certificate.keyPem()));
        });
        return Optional.of(new ResolvedIr.Data(data, true));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.waypoint.extproc;

import com.google.auto.service.AutoService;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.OperatorPages;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import java.util.ArrayList;
import java.util.List;

/** Makes {@link ExtProcFilter}s. */
@AutoService(FilterFactory.class)
@SuppressWarnings("rawtypes") // service files name the raw type
public final class ExtProcFilterFactory implements FilterFactory<ExtProcConfig>, OperatorPages {

    private static final FilterKind<ExtProcConfig> KIND = new FilterKind<>(
            "ext-proc",
            Placement.in(Stage.PROCESS),
            ExtProcConfig.class,
            "Has an external service look at requests and responses, change them, or answer in their place.");

    @Override
    public FilterKind<ExtProcConfig> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(ExtProcConfig config, FilterEnvironment environment) {
        return new ExtProcFilter(config, environment);
    }

    @Override
    public List<ConfigReference> references(ExtProcConfig config) {
        List<ConfigReference> references = new ArrayList<>();
        references.add(service(config.provider()));
        config.provider().tls().ifPresent(tls -> {
            tls.caRef().ifPresent(ref -> references.add(data(ref)));
            tls.certificateRef().ifPresent(ref -> references.add(data(ref)));
        });
        config.debugging().marked().forEach(marked -> marked.secretRef().ifPresent(ref -> references.add(secret(ref))));
        return references;
    }

    static ConfigReference.SecretReference secret(DebuggingConfig.SecretRef ref) {
        return new ConfigReference.SecretReference(ref.name(), ref.namespace());
    }

    @Override
    public List<OperatorPage> pages() {
        return List.of(new FaultPage());
    }

    static ConfigReference.ServiceReference service(ProviderConfig provider) {
        ProviderConfig.BackendRef ref = provider.backendRef();
        return new ConfigReference.ServiceReference(ref.name(), ref.namespace(), ref.port());
    }

    static ConfigReference data(ProviderConfig.DataRef ref) {
        return switch (ref.kind()) {
            case SECRET -> new ConfigReference.SecretReference(ref.name(), ref.namespace());
            case CONFIG_MAP -> new ConfigReference.ConfigMapReference(ref.name(), ref.namespace());
        };
    }
}

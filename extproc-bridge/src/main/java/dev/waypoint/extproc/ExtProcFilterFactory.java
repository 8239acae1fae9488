package dev.waypoint.extproc;

import com.google.auto.service.AutoService;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import java.util.ArrayList;
import java.util.List;

/** Makes {@link ExtProcFilter}s. */
@AutoService(FilterFactory.class)
@SuppressWarnings("rawtypes") // service files name the raw type
public final class ExtProcFilterFactory implements FilterFactory<ExtProcConfig> {

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
        return references;
    }

    static ConfigReference.ServiceReference service(ExtProcConfig.Provider provider) {
        ExtProcConfig.BackendRef ref = provider.backendRef();
        return new ConfigReference.ServiceReference(ref.name(), ref.namespace(), ref.port());
    }

    static ConfigReference data(ExtProcConfig.DataRef ref) {
        return switch (ref.kind()) {
            case SECRET -> new ConfigReference.SecretReference(ref.name(), ref.namespace());
            case CONFIG_MAP -> new ConfigReference.ConfigMapReference(ref.name(), ref.namespace());
        };
    }
}

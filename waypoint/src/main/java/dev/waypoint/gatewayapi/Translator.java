package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.source.ResourceSet;
import java.util.Optional;

/**
 * Translates sets of objects into routing records and statuses. The result depends on the set alone; what an instance remembers
 * of the translation before it only saves work. Not thread-safe.
 */
public final class Translator {

    private final TranslatorSettings settings;
    final FilterCompiler compiler;
    final Memo<DraftKey, RouteDraft> drafts = new Memo<>();
    final Memo<Object, ListenerLevel> levels = new Memo<>();
    final Memo<PlaceKey, AttachedRoute> attached = new Memo<>();
    final Memo<BackendId, Optional<BackendIr>> backends = new Memo<>();
    final HostTables hosts = new HostTables();
    private ObjectIndex index = ObjectIndex.EMPTY;

    /**
     * @param catalog the filters that are installed
     * @param settings who translates for whom
     */
    public Translator(FilterCatalog catalog, TranslatorSettings settings) {
        this.settings = settings;
        this.compiler = new FilterCompiler(catalog);
    }

    /** A route, translated for Gateways or for Services as parents; or a Service's port that has no route. */
    record DraftKey(ResourceRef route, boolean mesh, int port) {
        DraftKey(ResourceRef route, boolean mesh) {
            this(route, mesh, 0);
        }
    }

    /** A route at a place: a listener, or a Service's port. */
    record PlaceKey(ResourceRef route, Object place) {}

    /** What a set of objects means. */
    public Translation translate(ResourceSet set) {
        index = index.next(set);
        drafts.begin();
        levels.begin();
        attached.begin();
        backends.begin();
        hosts.begin();
        return new TranslationRun(this, index, settings).run();
    }

    /** How many routes had to be translated, ever; for tests of incremental work. */
    long routeTranslations() {
        return drafts.computations() + attached.computations();
    }

    /** All routes, of both kinds. */
    static boolean isRoute(ResourceRef ref) {
        return ref.group().equals(Kinds.GATEWAY_API)
                && (ref.kind().equals(Kinds.HTTP_ROUTE.name()) || ref.kind().equals(Kinds.GRPC_ROUTE.name()));
    }
}

package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.ResourceSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Translates sets of objects into routing records and statuses. The result depends on the set alone; what an instance remembers
 * of the translation before it only saves work. Not thread-safe.
 */
public final class Translator {

    final TranslatorSettings settings;
    final FilterCompiler compiler;
    final FilterPolicies policies;
    final AtomicLong routesComputed = new AtomicLong();
    final Memo<ResourceRef, GatewayPlan> plans = new Memo<>();
    final Memo<ResourceRef, GatewayPlan> besides = new Memo<>();
    final Memo<Object, ListenerLevel> levels = new Memo<>();
    final Memo<DraftKey, RouteDraft> drafts = new Memo<>(routesComputed);
    final Memo<PlaceKey, AttachedRoute> attached = new Memo<>(routesComputed);
    final Memo<ResourceRef, List<Problem>> policyProblems = new Memo<>();
    final HostTables hosts = new HostTables();
    final Map<ResourceRef, RoutingIr> routings = new HashMap<>();
    GatewayRoutes routes = new GatewayRoutes(this);
    BackendTable backends = new BackendTable();
    private ObjectIndex index = ObjectIndex.EMPTY;

    /**
     * @param catalog the filters that are installed
     * @param settings who translates for whom
     */
    public Translator(FilterCatalog catalog, TranslatorSettings settings) {
        this.settings = settings;
        this.compiler = new FilterCompiler(catalog);
        this.policies = new FilterPolicies(compiler);
    }

    /** A route, translated for Services as parents; or a Service's port that has no route. */
    record DraftKey(ResourceRef route, int port) {}

    /** A route at a Service's port. */
    record PlaceKey(ResourceRef route, Object place) {}

    /** What a set of objects means. */
    public Translation translate(ResourceSet set) {
        index = index.next(set);
        begin();
        try {
            return new TranslationRun(this, index).run();
        } catch (RuntimeException bug) {
            // Half of what is remembered may be of this set; nothing of it may be trusted any more.
            index = ObjectIndex.EMPTY;
            routes = new GatewayRoutes(this);
            backends = new BackendTable();
            begin();
            begin();
            throw bug;
        }
    }

    /** Twice in a row, it forgets everything. */
    private void begin() {
        List.of(plans, besides, levels, drafts, attached, policyProblems).forEach(Memo::begin);
        hosts.begin();
    }

    /** What a listener, and what is around it, adds to each of its routes. */
    ListenerLevel level(ListenerState listener, View view) {
        return levels.get(
                listener.key(),
                List.of(listener.gateway()),
                view,
                noted -> ListenerLevels.of(listener.key(), listener.gateway(), policies, noted));
    }

    /** How many routes had to be translated, ever; for tests of incremental work. */
    long routeTranslations() {
        return routesComputed.get();
    }

    /** All routes, of both kinds. */
    static boolean isRoute(ResourceRef ref) {
        return ref.group().equals(Kinds.GATEWAY_API)
                && (ref.kind().equals(Kinds.HTTP_ROUTE.name()) || ref.kind().equals(Kinds.GRPC_ROUTE.name()));
    }
}

package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.config.RecordReader;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IncrementalTranslationTest {

    private static final int ROUTES = 5_000;
    private static ResourceSet all = ResourceSet.EMPTY;
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Translator translator =
            new Translator(FilterCatalog.installed(finding -> {}), TranslatorSettings.FOR_FILES);
    private ResourceSet set = ResourceSet.EMPTY;
    private Translation first = translator.translate(set);

    @BeforeAll
    static void writeObjects() throws IOException {
        ResourceSet.Builder builder = ResourceSet.EMPTY
                .change()
                .put(object(
                        Kinds.GATEWAY,
                        "edge",
                        "{gatewayClassName: waypoint, listeners: [{name: http, port: 80, protocol: HTTP}]}"));
        for (int i = 0; i < ROUTES; i++) {
            builder.put(route(i, "/"));
            if (i % 100 == 0) {
                builder.put(
                        object(Kinds.SERVICE, "s" + i, "{ports: [{port: 80}], endpoints: [{addresses: [10.0.0.1]}]}"));
            }
        }
        all = builder.build();
    }

    @BeforeEach
    void translateEverythingOnce() {
        set = all;
        first = translator.translate(set);
        assertThat(translator.routeTranslations()).isEqualTo(2L * ROUTES);
    }

    @Test
    void oneChangedRouteCostsOneTranslation() throws IOException {
        Translation second = after(set.change().put(route(7, "/changed")).build(), 2);

        assertThat(second.ir()).isNotEqualTo(first.ir());
        Map<String, HostIr> before = hosts(first.ir());
        assertThat(hosts(second.ir()).entrySet().stream()
                        .filter(host -> Remembered.same(
                                Optional.of(host.getValue()), Optional.ofNullable(before.get(host.getKey())))))
                .as("host tables that stay the same objects")
                .hasSize(ROUTES - 1);
    }

    @Test
    void nothingChangedCostsNothing() {
        assertThat(after(set, 0)).isEqualTo(first);
    }

    @Test
    void endpointsThatComeAndGoCostNoRoute() throws IOException {
        Translation second = after(
                set.change()
                        .put(object(
                                Kinds.ENDPOINT_SLICE,
                                "slice",
                                "{endpoints: [{addresses: [10.0.0.9]}], ports: [{port: 80}]}",
                                Map.of("kubernetes.io/service-name", "s0")))
                        .build(),
                0);

        assertThat(second.ir().backends()).isNotEqualTo(first.ir().backends());
    }

    @Test
    void aServiceCostsTheRoutesThatNameIt() throws IOException {
        after(
                set.change()
                        .put(object(Kinds.SERVICE, "s0", "{ports: [{port: 80}, {port: 81}]}"))
                        .build(),
                2 * 100);
    }

    @Test
    void aPolicyCostsTheRouteThatItNames() throws IOException {
        after(
                set.change()
                        .put(object(
                                Kinds.HTTP_FILTER, "f", "{filter: csrf, targetRefs: [{kind: HTTPRoute, name: r9}]}"))
                        .build(),
                2);
    }

    /** The routes themselves stay as they are; they are only put together anew with what the Gateway adds. */
    @Test
    void aPolicyOfTheGatewayTouchesAllRoutesOnce() throws IOException {
        after(
                set.change()
                        .put(object(
                                Kinds.HTTP_FILTER, "f", "{filter: csrf, targetRefs: [{kind: Gateway, name: edge}]}"))
                        .build(),
                ROUTES);
    }

    @Test
    void givesTheSameAsATranslatorWithoutMemory() throws IOException {
        ResourceSet changed = set.change()
                .put(route(7, "/changed"))
                .remove(Kinds.HTTP_ROUTE.ref("default", "r8"))
                .put(object(Kinds.SERVICE, "s100", "{ports: [{port: 81}]}"))
                .build();

        Translation fresh =
                new Translator(FilterCatalog.installed(finding -> {}), TranslatorSettings.FOR_FILES).translate(changed);

        assertThat(translator.translate(changed)).isEqualTo(fresh);
    }

    private Translation after(ResourceSet changed, long cost) {
        long before = translator.routeTranslations();
        Translation translation = translator.translate(changed);
        assertThat(translator.routeTranslations() - before).isEqualTo(cost);
        return translation;
    }

    private static Map<String, HostIr> hosts(RoutingIr ir) {
        return ir.listeners().getFirst().hosts().stream().collect(Collectors.toMap(HostIr::hostname, host -> host));
    }

    private static Resource<?> route(int i, String path) throws IOException {
        return object(
                Kinds.HTTP_ROUTE,
                "r" + i,
                "{parentRefs: [{name: edge}], hostnames: [h%d.example], rules: [{matches: [{path: {value: %s}}], backendRefs: [{name: s%d, port: 80}]}]}"
                        .formatted(i, path, i / 100 * 100));
    }

    private static <T extends Record> Resource<T> object(Kind<T> kind, String name, String spec) throws IOException {
        return object(kind, name, spec, Map.of());
    }

    private static <T extends Record> Resource<T> object(
            Kind<T> kind, String name, String spec, Map<String, String> labels) throws IOException {
        List<String> problems = new ArrayList<>();
        Optional<T> read = RecordReader.read(
                YAML.readTree(spec),
                kind.type(),
                kind.ref("default", name),
                "spec",
                finding -> problems.add(finding.toString()));
        assertThat(problems).isEmpty();
        ObjectMeta meta = new ObjectMeta(name, "default", 1, Optional.empty(), labels, Map.of(), "");
        return new Resource<>(kind, meta, read.orElseThrow(), Optional.empty());
    }
}

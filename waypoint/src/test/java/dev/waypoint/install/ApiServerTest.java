package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server makes of our definitions. */
@EnabledIfEnvironmentVariable(named = Kubectl.KUBECONFIG, matches = ".+", disabledReason = "needs a cluster")
class ApiServerTest {

    private static final String CRDS =
            Path.of("..", "deploy", "crds").toAbsolutePath().normalize().toString();

    @TempDir
    static Path folder;

    private static Kubectl cluster;

    @BeforeAll
    static void start() {
        cluster = new Kubectl(folder);
        Kubectl.Answer applied = cluster.run("", "apply", "--server-side", "-k", CRDS);
        assertThat(applied.status()).as(applied.text()).isZero();
        Kubectl.Answer established =
                cluster.run("", "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
        assertThat(established.status()).as(established.text()).isZero();
    }

    static List<RefusedObjects.Refused> refused() {
        return RefusedObjects.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesMistakesAndSaysWhy(RefusedObjects.Refused mistake) throws IOException {
        Kubectl.Answer answer = cluster.run(Files.readString(mistake.file()), "create", "--dry-run=server", "-f", "-");

        assertThat(answer.text()).contains(mistake.server());
        assertThat(answer.status()).isNotZero();
    }

    @Test
    void acceptsEveryObjectOfExamplesAndPages() throws IOException {
        List<String> refused = new ArrayList<>();
        List<PublishedObjects.Published> objects = PublishedObjects.all(Kinds.WAYPOINT).stream()
                .filter(published ->
                        Kinds.find(Kinds.WAYPOINT, published.kind()).isPresent())
                .toList();
        for (PublishedObjects.Published published : objects) {
            ObjectNode object = published.object().deepCopy();
            object.withObject("metadata").remove("namespace");
            Kubectl.Answer answer = cluster.run(object.toString(), "create", "--dry-run=server", "-f", "-");
            if (answer.status() != 0) {
                refused.add(published + ": " + answer.text());
            }
        }
        assertThat(objects).isNotEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    void fillsInDefaultsButNotWhereObjectsAreLaidOverEachOther() {
        String policy = created("ExtProcPolicy", "{targetRefs: [{kind: Gateway, name: g}], providerRef: {name: p}}");
        String parameters = created("WaypointParameters", "{connections: {trustedHops: 1}}");

        assertThat(policy).contains("maxBufferBytes: 1048576").contains("group: gateway.networking.k8s.io");
        assertThat(parameters).contains("trustedHops: 1").doesNotContain("maxStreams");
    }

    @Test
    void explainsFields() {
        assertThat(cluster.run("", "explain", "ratelimitpolicies.spec.limits.burst")
                        .text())
                .contains("How many requests may pass at once after a pause");
        assertThat(cluster.run("", "explain", "extprocproviders.spec.failureMode")
                        .text())
                .contains("Default: `Closed`");
    }

    /** What kubectl explains is what the server publishes. */
    @Test
    void explainsEveryFieldThatItServes() throws IOException {
        JsonNode schemas = new ObjectMapper()
                .readTree(cluster.run("", "get", "--raw", "/openapi/v3/apis/waypoint.dev/v1alpha1")
                        .text())
                .at("/components/schemas");
        List<String> silent = new ArrayList<>();
        int fields = 0;
        for (Kind<?> kind : Kinds.ALL) {
            if (kind.group().equals(Kinds.WAYPOINT)) {
                JsonNode properties = schemas.at("/dev.waypoint.v1alpha1." + kind.name() + "/properties");
                assertThat(properties.path("spec").isObject()).as(kind.name()).isTrue();
                fields += fields(kind.name() + ".spec", properties.path("spec"), silent);
                fields += fields(kind.name() + ".status", properties.path("status"), silent);
            }
        }
        assertThat(silent).isEmpty();
        assertThat(fields).isGreaterThan(300);
    }

    /** Counts fields, and notes those without a description. */
    private static int fields(String path, JsonNode schema, List<String> silent) {
        if (!schema.isMissingNode() && schema.path("description").asText().isBlank()) {
            silent.add(path);
        }
        int fields = 0;
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            fields += 1 + fields(path + "." + field.getKey(), field.getValue(), silent);
        }
        for (JsonNode inner : List.of(schema.path("items"), schema.path("additionalProperties"))) {
            for (Map.Entry<String, JsonNode> field : inner.path("properties").properties()) {
                fields += 1 + fields(path + "[]." + field.getKey(), field.getValue(), silent);
            }
        }
        return fields;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "rlp, RateLimitPolicy, KIND TARGET LIMITS ACCEPTED PROGRAMMED AGE,"
                + " '{targetRefs: [{kind: Gateway, name: g}], limits: [{name: all, requests: 5, per: 1s}]}'",
        "xpp, ExtProcPolicy, KIND TARGET PROVIDER ACCEPTED PROGRAMMED AGE,"
                + " '{targetRefs: [{kind: Gateway, name: g}], providerRef: {name: p}}'",
        "xpr, ExtProcProvider, SERVICE PORT TIMEOUT FAILURE AGE, '{backendRef: {name: s, port: 9000}}'",
        "tp, TrafficPolicy, KIND TARGET STRATEGY ACCEPTED PROGRAMMED AGE,"
                + " '{targetRefs: [{kind: Gateway, name: g}], timeouts: {idle: 5s}}'",
        "hf, HttpFilter, FILTER AGE, '{filter: fault, config: {}}'",
        "wpp, WaypointParameters, REPLICAS MAX SERVICE AGE, '{networkPolicy: Ingress}'"
    })
    void showsWhatMattersInTablesByShortNames(String shortName, String kind, String columns, String spec) {
        String object =
                "apiVersion: waypoint.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: table-test}\nspec: " + spec;
        Kubectl.Answer made = cluster.run(object, "apply", "-f", "-");
        assertThat(made.status()).as(made.text()).isZero();
        try {
            List<String> header = List.of(cluster.run("", "get", shortName, "table-test")
                    .text()
                    .lines()
                    .findFirst()
                    .orElse("")
                    .split(" +"));
            assertThat(header).startsWith("NAME").containsAll(List.of(columns.split(" ")));
            assertThat(cluster.run("", "get", "waypoint", "-o", "name").text()).contains("/table-test");
        } finally {
            cluster.run("", "delete", shortName, "table-test");
        }
    }

    /** By this label of GEP-713 tools find kinds of policies. */
    @Test
    void policiesAreMarkedAsSuch() {
        assertThat(cluster.run("", "get", "crd", "-l", "gateway.networking.k8s.io/policy=Inherited", "-o", "name")
                        .text()
                        .lines())
                .contains(
                        "customresourcedefinition.apiextensions.k8s.io/extprocpolicies.waypoint.dev",
                        "customresourcedefinition.apiextensions.k8s.io/httpfilters.waypoint.dev",
                        "customresourcedefinition.apiextensions.k8s.io/ratelimitpolicies.waypoint.dev",
                        "customresourcedefinition.apiextensions.k8s.io/trafficpolicies.waypoint.dev");
    }

    private static String created(String kind, String spec) {
        Kubectl.Answer answer = cluster.run(
                "apiVersion: waypoint.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: a}\nspec: " + spec,
                "create",
                "--dry-run=server",
                "-o",
                "yaml",
                "-f",
                "-");
        assertThat(answer.status()).as(answer.text()).isZero();
        return answer.text();
    }
}

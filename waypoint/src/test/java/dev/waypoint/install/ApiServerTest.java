package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

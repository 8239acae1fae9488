package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server lets the controller's account do, and what it does not though its roles would. */
@EnabledIfEnvironmentVariable(named = Kubectl.KUBECONFIG, matches = ".+", disabledReason = "needs a cluster")
class AdmissionTest {

    private static final String CONTROLLER = "--as=system:serviceaccount:waypoint-system:waypoint-controller";
    private static final String OURS = ", labels: {app.kubernetes.io/managed-by: waypoint.dev-controller}}";
    private static final String POD = "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {"
            + "containers: [{name: c, image: i}]";

    @TempDir
    static Path folder;

    private static Kubectl cluster;

    @BeforeAll
    static void start() throws InterruptedException {
        cluster = new Kubectl(folder);
        for (String file : List.of("namespace", "serviceaccount", "clusterrole", "sessions", "admission")) {
            Kubectl.Answer applied = cluster.run(
                    "",
                    "apply",
                    "--server-side",
                    "-f",
                    Manifests.BASE.resolve(file + ".yaml").toString());
            assertThat(applied.status()).as(applied.text()).isZero();
        }
        // The server takes a moment to heed new policies.
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (create("ConfigMap", "a}", "").status() == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(200);
        }
    }

    private static Kubectl.Answer create(String kind, String metadata, String more) {
        return cluster.run(
                "apiVersion: " + (kind.equals("Deployment") ? "apps/v1" : "v1") + "\nkind: " + kind
                        + "\nmetadata: {namespace: default, name: " + metadata + "\n" + more,
                CONTROLLER,
                "create",
                "--dry-run=server",
                "-f",
                "-");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "what it makes bears its label | ConfigMap | yes | data: {} | ''",
                "no object without it | ConfigMap | no | data: {} | expected the label app.kubernetes.io/managed-by",
                "Secrets of sessions | Secret | yes | type: Opaque | ''",
                "no Secret of another type | Secret | yes | type: example.org/other | expected the type Opaque",
                "pods without a token | Deployment | yes | POD, automountServiceAccountToken: false}}} | ''",
                "no pod with the usual token | Deployment | yes | POD}}} | expected automountServiceAccountToken: false",
                "a token for the controller | Deployment | yes | POD, automountServiceAccountToken: false, volumes: [{name: t,"
                        + " projected: {sources: [{serviceAccountToken: {audience: waypoint.dev/controller, path: t}}]}}]}}} | ''",
                "no token for the API server | Deployment | yes | POD, automountServiceAccountToken: false, volumes: [{name: t,"
                        + " projected: {sources: [{serviceAccountToken: {path: t}}]}}]}}} | expected the audience",
                "no file of the node | Deployment | yes | POD, automountServiceAccountToken: false, volumes: [{name: t,"
                        + " hostPath: {path: /}}]}}} | and no hostPath"
            })
    void onlyWhatProxiesNeed(String name, String kind, String marked, String more, String refusal) {
        String body = more.replace("POD", "spec: {" + POD);

        Kubectl.Answer answer = create(kind, "a" + (marked.equals("yes") ? OURS : "}"), body);

        assertThat(answer.text()).contains(refusal);
        assertThat(answer.status() == 0).as(name + ": " + answer.text()).isEqualTo(refusal.isEmpty());
    }

    @Test
    void whatOthersMadeIsLeftAlone() {
        // The API server makes this one in every namespace.
        String[] change = {
            "patch", "configmap", "kube-root-ca.crt", "-p", "{\"data\":{\"a\":\"b\"}}", "--dry-run=server"
        };
        String[] delete = {"delete", "configmap", "kube-root-ca.crt", "--dry-run=server"};
        for (String[] each : List.of(change, delete)) {
            List<String> command = new ArrayList<>(List.of(CONTROLLER));
            command.addAll(List.of(each));
            Kubectl.Answer answer = cluster.run("", command.toArray(String[]::new));
            assertThat(answer.text()).contains("the controller");
            assertThat(answer.status()).isNotZero();
            assertThat(cluster.run("", each).status()).as("others may").isZero();
        }
    }
}

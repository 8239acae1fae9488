package dev.waypoint.control.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.source.kubernetes.ClusterApi;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two controllers, on an API server in memory. */
@EnableKubernetesMockClient(crud = true)
class LeaderMarkTest {

    @SuppressWarnings("NullAway.Init") // set by the extension
    KubernetesClient client;

    private void pod(String name, boolean marked) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("infra")
                .withName(name)
                .addToLabels("app.kubernetes.io/name", "waypoint-controller")
                .endMetadata();
        client.resource(
                        marked
                                ? pod.editMetadata()
                                        .addToLabels(LeaderMark.LABEL, "true")
                                        .endMetadata()
                                        .build()
                                : pod.build())
                .create();
    }

    private LeaderMark mark(String pod) {
        return new LeaderMark(
                new ClusterApi(client, "waypoint.dev/controller"),
                new LeaderMark.Settings("infra", pod, Duration.ofMillis(50)));
    }

    private void awaitMarked(String... pods) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            List<String> marked =
                    client.pods().inNamespace("infra").withLabel(LeaderMark.LABEL, "true").list().getItems().stream()
                            .map(pod -> pod.getMetadata().getName())
                            .toList();
            if (marked.equals(List.of(pods))) {
                return;
            }
            assertThat(System.nanoTime()).as("%s", marked).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void theServiceFindsTheOneThatLeads() throws InterruptedException {
        pod("one", false);
        pod("two", false);
        try (LeaderMark two = mark("two")) {
            try (LeaderMark one = mark("one")) {
                one.lead();
                awaitMarked("one");
            }
            awaitMarked();
            two.lead();
            awaitMarked("two");
        }
        awaitMarked();
    }

    @Test
    void oneThatCrashedDoesNotKeepTheMark() throws InterruptedException {
        pod("one", true);
        pod("two", false);
        try (LeaderMark two = mark("two")) {
            two.lead();
            awaitMarked("two");
        }
        pod("three", true);
        try (LeaderMark _ = mark("three")) {
            awaitMarked();
        }
    }

    @Test
    void whatSomebodyRemovesComesBack() throws InterruptedException {
        pod("one", false);
        try (LeaderMark one = mark("one")) {
            one.lead();
            awaitMarked("one");
            client.pods().inNamespace("infra").withName("one").edit(pod -> {
                pod.getMetadata().getLabels().remove(LeaderMark.LABEL);
                return pod;
            });
            awaitMarked("one");
        }
    }

    @Test
    void outsideOfAPodThereIsNothingToMark() {
        try (LeaderMark nowhere = mark("laptop")) {
            nowhere.lead();
        }
        assertThat(client.pods().inNamespace("infra").list().getItems()).isEmpty();
    }
}

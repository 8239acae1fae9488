package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.control.cluster.LeaderMark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller's manifests: enough permissions, none without a reason, and pods as the strictest standard wants them. */
class ManifestsTest {

    private static final String CONTROLLER = "waypoint-controller";

    private static Map<String, JsonNode> objects() throws IOException {
        return Manifests.objects(Manifests.base().values());
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode object : objects().values()) {
            object.path("rules").forEach(rules::add);
        }
        return rules;
    }

    /** A kind that the translator knows and the controller may not read would be missing in silence. */
    @Test
    void theControllerMayReadWhateverItUnderstands() throws IOException {
        Set<String> readable = new TreeSet<>();
        for (JsonNode rule : rules()) {
            if (texts(rule.path("verbs")).containsAll(List.of("get", "list", "watch"))) {
                for (String group : texts(rule.path("apiGroups"))) {
                    texts(rule.path("resources")).forEach(resource -> readable.add(group + "/" + resource));
                }
            }
        }
        for (Kind<?> kind : Kinds.ALL) {
            assertThat(readable).contains(kind.group() + "/" + plural(kind));
        }
    }

    private static String plural(Kind<?> kind) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        if (name.endsWith("parameters")) {
            return name;
        }
        if (name.endsWith("cy")) {
            return name.substring(0, name.length() - 1) + "ies";
        }
        return name.endsWith("s") || name.endsWith("sh") ? name + "es" : name + "s";
    }

    @Test
    void nothingIsPermittedWholesale() throws IOException {
        for (JsonNode rule : rules()) {
            assertThat(texts(rule.path("apiGroups"))).doesNotContain("*");
            assertThat(texts(rule.path("resources"))).doesNotContain("*").noneMatch(name -> name.startsWith("*"));
            assertThat(texts(rule.path("verbs"))).doesNotContain("*", "escalate", "bind", "impersonate");
        }
    }

    /** In the whole cluster secrets are read, and made, but none that is there is changed; the controller's own are in its namespace. */
    @Test
    void secretsOfOthersAreNotChanged() throws IOException {
        for (Map.Entry<String, JsonNode> object : objects().entrySet()) {
            if (object.getKey().startsWith("ClusterRole ")) {
                for (JsonNode rule : object.getValue().path("rules")) {
                    if (texts(rule.path("resources")).contains("secrets")) {
                        // Making them is a role of its own, which may be left out.
                        List<String> verbs = object.getKey().equals("ClusterRole waypoint-controller-sessions")
                                ? List.of("create")
                                : List.of("get", "list", "watch");
                        assertThat(texts(rule.path("verbs"))).isEqualTo(verbs);
                    }
                }
            }
        }
    }

    /** Each group of rules stands below the comment that says why. */
    @ParameterizedTest
    @ValueSource(strings = {"clusterrole.yaml", "sessions.yaml", "role.yaml"})
    void everyPermissionHasAReason(String file) throws IOException {
        boolean inRules = false;
        boolean explained = false;
        for (String line : Manifests.base().getOrDefault(file, "").lines().toList()) {
            if (line.equals("rules:")) {
                inRules = true;
            } else if (line.equals("---")) {
                inRules = false;
                explained = false;
            } else if (line.stripLeading().startsWith("#")) {
                explained = true;
            } else if (inRules && line.startsWith("  - ")) {
                assertThat(explained).as(file + ": " + line).isTrue();
            }
        }
    }

    /** As the level "restricted" of the pod security standards asks. */
    @Test
    void thePodIsRestricted() throws IOException {
        JsonNode pod = objects()
                .getOrDefault("Deployment " + CONTROLLER, MissingNode.getInstance())
                .at("/spec/template/spec");
        assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("containers")).isNotEmpty();
        for (JsonNode container : pod.path("containers")) {
            JsonNode security = container.path("securityContext");
            assertThat(security.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
            assertThat(security.path("readOnlyRootFilesystem").booleanValue()).isTrue();
            assertThat(texts(security.at("/capabilities/drop"))).containsExactly("ALL");
            assertThat(security.path("capabilities").has("add")).isFalse();
        }
        assertThat(pod.path("volumes").findValues("hostPath")).isEmpty();
        assertThat(pod.has("hostNetwork")).isFalse();
    }

    @Test
    void selectorsFindThePods() throws IOException {
        Map<String, JsonNode> objects = objects();
        JsonNode labels = objects.getOrDefault("Deployment " + CONTROLLER, MissingNode.getInstance())
                .at("/spec/template/metadata/labels");
        for (String path : List.of(
                "Deployment /spec/selector/matchLabels",
                "Service /spec/selector",
                "PodDisruptionBudget /spec/selector/matchLabels",
                "NetworkPolicy /spec/podSelector/matchLabels")) {
            String kind = path.substring(0, path.indexOf(' '));
            JsonNode selector = objects.getOrDefault(kind + " " + CONTROLLER, MissingNode.getInstance())
                    .at(path.substring(kind.length() + 1));
            assertThat(selector.isObject()).as(path).isTrue();
            selector.properties().stream()
                    // Which pod bears this one is found out when they run.
                    .filter(label -> !label.getKey().equals(LeaderMark.LABEL))
                    .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
        }
    }

    @Test
    void proxiesAreLedToTheReplicaThatLeads() throws IOException {
        Map<String, JsonNode> objects = objects();
        assertThat(objects.getOrDefault("Service " + CONTROLLER, MissingNode.getInstance())
                        .at("/spec/selector")
                        .path(LeaderMark.LABEL)
                        .asText())
                .isEqualTo("true");
        assertThat(objects.getOrDefault("Deployment " + CONTROLLER, MissingNode.getInstance())
                        .at("/spec/template/metadata/labels")
                        .has(LeaderMark.LABEL))
                .isFalse();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }
}

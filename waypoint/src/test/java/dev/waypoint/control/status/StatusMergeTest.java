package dev.waypoint.control.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusMergeTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final StatusMerge MERGE =
            new StatusMerge("waypoint.dev/controller", Instant.parse("2026-05-01T10:00:00.5Z"), true);
    private static final String ACCEPTED =
            "{type: Accepted, status: 'True', reason: Accepted, message: '', observedGeneration: 2}";
    private static final String LIVE_ACCEPTED = "{type: Accepted, status: 'True', reason: Accepted, message: '',"
            + " observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z'}";

    private static Optional<ObjectNode> merge(String wanted, String live) throws IOException {
        return MERGE.merge((ObjectNode) YAML.readTree(wanted), YAML.readTree(live));
    }

    static Stream<Arguments> unchanged() {
        return Stream.of(
                Arguments.of(
                        "the same conditions",
                        "{conditions: [" + ACCEPTED + "]}",
                        "{conditions: [" + LIVE_ACCEPTED + "]}"),
                Arguments.of(
                        "a condition of another domain beside ours",
                        "{conditions: [" + ACCEPTED + "]}",
                        "{conditions: [" + LIVE_ACCEPTED + ", {type: example.org/Scanned, status: 'True'}]}"),
                Arguments.of("no parents of ours and no status", "{parents: []}", "{}"),
                Arguments.of(
                        "parents of another controller only",
                        "{parents: []}",
                        "{parents: [{parentRef: {name: a}, controllerName: other/c, conditions: []}]}"),
                Arguments.of(
                        "our parent behind one of another controller",
                        "{parents: [{parentRef: {name: a, port: 80}, controllerName: waypoint.dev/controller,"
                                + " conditions: ["
                                + ACCEPTED + "]}]}",
                        "{parents: [{parentRef: {name: a, port: 80}, controllerName: other/c, conditions: []},"
                                + " {parentRef: {port: 80, name: a}, controllerName: waypoint.dev/controller, conditions:"
                                + " ["
                                + LIVE_ACCEPTED + "]}]}"),
                Arguments.of(
                        "somebody wrote for a newer generation",
                        "{conditions: [" + ACCEPTED + "]}",
                        "{conditions: [{type: Accepted, status: 'False', reason: X, message: '', observedGeneration:"
                                + " 3}]}"),
                Arguments.of("no addresses and none there", "{addresses: []}", "{}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unchanged")
    void writesNothing(String name, String wanted, String live) throws IOException {
        assertThat(merge(wanted, live)).as(name).isEmpty();
    }

    @Test
    void theTimeMovesOnlyWithTheStatus() throws IOException {
        JsonNode written = merge(
                        "{conditions: [" + ACCEPTED
                                + ", {type: Programmed, status: 'False', reason: Pending, message: '',"
                                + " observedGeneration: 2}]}",
                        "{conditions: [{type: Accepted, status: 'True', reason: Accepted, message: '',"
                                + " observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z'}, {type: Programmed,"
                                + " status: 'True', reason: Programmed, message: '', observedGeneration: 1,"
                                + " lastTransitionTime: '2026-01-01T00:00:00Z'}]}")
                .orElseThrow();
        assertThat(written.at("/conditions/0/lastTransitionTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(written.at("/conditions/1/lastTransitionTime").asText()).isEqualTo("2026-05-01T10:00:00Z");
    }

    @Test
    void aConditionOfOursThatIsNotWantedAnyMoreIsLeftOut() throws IOException {
        ObjectNode written = merge(
                        "{conditions: [" + ACCEPTED + "]}",
                        "{conditions: [" + LIVE_ACCEPTED
                                + ", {type: OverlappingTLSConfig, status: 'True', reason: X}]}")
                .orElseThrow();
        assertThat(written.path("conditions")).hasSize(1);
    }

    @Test
    void entriesOfOthersStayAndOursGo() throws IOException {
        ObjectNode written = merge(
                        "{parents: []}",
                        "{parents: [{parentRef: {name: a}, controllerName: waypoint.dev/controller, conditions: []},"
                                + " {parentRef: {name: b}, controllerName: other/c, conditions: [{type: Accepted, status:"
                                + " Unknown}]}]}")
                .orElseThrow();
        assertThat(written.path("parents")).hasSize(1);
        assertThat(written.at("/parents/0/controllerName").asText()).isEqualTo("other/c");
        assertThat(written.at("/parents/0/conditions/0/status").asText()).isEqualTo("Unknown");
    }

    @Test
    void aForeignConditionInAnEntryOfOursStays() throws IOException {
        ObjectNode written = merge(
                        "{ancestors: [{ancestorRef: {name: a}, controllerName: waypoint.dev/controller, conditions: ["
                                + ACCEPTED + "]}]}",
                        "{ancestors: [{ancestorRef: {name: a}, controllerName: waypoint.dev/controller, conditions:"
                                + " [{type: example.org/Seen, status: 'True'}]}]}")
                .orElseThrow();
        assertThat(written.at("/ancestors/0/conditions")).hasSize(2);
    }

    @Test
    void aChangedListenerIsWrittenAndAVanishedOneGoes() throws IOException {
        ObjectNode written = merge(
                        "{listeners: [{name: a, attachedRoutes: 1, supportedKinds: [], conditions: [" + ACCEPTED
                                + "]}]}",
                        "{listeners: [{name: a, attachedRoutes: 0, supportedKinds: [], conditions: [" + LIVE_ACCEPTED
                                + "]}, {name: b, attachedRoutes: 0, supportedKinds: [], conditions: []}]}")
                .orElseThrow();
        assertThat(written.path("listeners")).hasSize(1);
        assertThat(written.at("/listeners/0/attachedRoutes").asInt()).isEqualTo(1);
        assertThat(written.at("/listeners/0/conditions/0/lastTransitionTime").asText())
                .isEqualTo("2026-01-01T00:00:00Z");
    }

    /** The cluster writes conditions of its own into Services. */
    @Test
    void ofAServiceOnlyConditionsOfOurDomainAreOurs() throws IOException {
        StatusMerge merge = new StatusMerge("waypoint.dev/controller", Instant.parse("2026-05-01T10:00:00.5Z"), false);
        JsonNode live =
                YAML.readTree("{conditions: [{type: LoadBalancerPortsError, status: 'True', observedGeneration: 9}]}");
        JsonNode marked =
                YAML.readTree("{conditions: [{type: waypoint.dev/XAffected, status: 'True', observedGeneration: 3}]}");
        ObjectNode none = (ObjectNode) YAML.readTree("{conditions: []}");
        ObjectNode affected = (ObjectNode) YAML.readTree(
                "{conditions: [{type: waypoint.dev/XAffected, status: 'True', reason: Accepted, message: ''}]}");

        assertThat(merge.merge(none, live)).isEmpty();
        assertThat(merge.merge(none, YAML.readTree("{}"))).isEmpty();
        assertThat(merge.merge(affected, live)).isPresent();
        assertThat(merge.merge(none, marked))
                .hasValueSatisfying(
                        written -> assertThat(written.path("conditions")).isEmpty());
    }
}

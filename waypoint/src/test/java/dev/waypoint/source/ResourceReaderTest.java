package dev.waypoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.config.Finding.Severity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceReaderTest {

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: g}
            spec:
              gatewayClassName: waypoint
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """;

    private static FolderContent content(String... files) {
        return FolderContent.of(Stream.of(files)
                .map(text -> {
                    try {
                        return ObjectFile.read("f.yaml", text);
                    } catch (MalformedText e) {
                        throw new AssertionError(e);
                    }
                })
                .toList());
    }

    private static ResourceSet read(String... files) {
        return ResourceReader.read(content(files), ResourceSet.EMPTY);
    }

    @Test
    void objectsAreTypedAndInTheDefaultNamespace() {
        ResourceSet set = read(GATEWAY);

        assertThat(set.findings()).isEmpty();
        assertThat(set.find(Kinds.GATEWAY, "default", "g")).hasValueSatisfying(gateway -> {
            assertThat(gateway.spec().gatewayClassName()).isEqualTo("waypoint");
            assertThat(gateway.position().orElseThrow()).hasToString("f.yaml:1");
        });
    }

    @Test
    void everyProblemOfAnObjectIsFoundWithItsLine() {
        ResourceSet set = read(GATEWAY.replace("port: 80", "port: 0").replace("gatewayClassName", "gatewayClass"));

        assertThat(set.findings())
                .extracting(finding -> finding.position().orElseThrow().line() + " " + finding.path())
                .contains("6 spec.listeners[0].port", "5 spec.gatewayClass");
        assertThat(set.find(Kinds.GATEWAY, "default", "g")).isEmpty();
        assertThat(set.unreadable()).hasSize(1);
    }

    @Test
    void anObjectThatBecomesUnreadableStaysAsItWas() {
        ResourceSet good = read(GATEWAY);

        ResourceSet bad = ResourceReader.read(content(GATEWAY.replace("port: 80", "port: x")), good);

        assertThat(bad.find(Kinds.GATEWAY, "default", "g")).isPresent();
        assertThat(bad.findings()).hasSize(1);
        assertThat(ResourceReader.read(content(), bad).find(Kinds.GATEWAY, "default", "g"))
                .as("gone when it is removed")
                .isEmpty();
    }

    /** Files that did not change bring the very same objects again. */
    @Test
    void whatIsAsItWasIsTakenOverWithItsFindings() throws MalformedText {
        ObjectFile good = ObjectFile.read("good.yaml", GATEWAY);
        ObjectFile doubtful = ObjectFile.read("doubtful.yaml", GATEWAY.replace("name: g", "name: d") + "rules: []\n");
        FolderContent before = FolderContent.of(List.of(good, doubtful));
        ResourceSet first = ResourceReader.read(before, ResourceSet.EMPTY);

        FolderContent after = FolderContent.of(
                List.of(good, doubtful, ObjectFile.read("new.yaml", GATEWAY.replace("name: g", "name: n"))));
        ResourceSet second = ResourceReader.read(after, before, first);

        assertThat(second.findings()).hasSize(1).isEqualTo(first.findings());
        assertThat(second.find(Kinds.GATEWAY, "default", "g").orElseThrow())
                .isSameAs(first.find(Kinds.GATEWAY, "default", "g").orElseThrow());
        assertThat(second.all(Kinds.GATEWAY)).hasSize(3);
        assertThat(ResourceReader.read(FolderContent.of(List.of(doubtful)), after, second)
                        .all(Kinds.GATEWAY))
                .hasSize(1);
    }

    @Test
    void nothingChangesWhereNothingDid() {
        ResourceSet set = read(GATEWAY);

        assertThat(ResourceReader.read(content(GATEWAY), set)).isSameAs(set);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ours, misspelt          | waypoint.dev/v1alpha1             | TrafficPolice | ERROR   | did you mean TrafficPolicy
            gateway's, misspelt     | gateway.networking.k8s.io/v1      | HttpRoute     | ERROR   | did you mean HTTPRoute
            an unknown version      | gateway.networking.k8s.io/v1alpha9 | HTTPRoute    | ERROR   | expected one of the versions v1
            somebody else's         | apps/v1                           | Deployment    | WARNING | this kind is ignored
            ours in a wrong group   | networking.k8s.io/v1              | HTTPRoute     | WARNING | belongs to another group
            """)
    void kindsThatAreUnknown(String name, String apiVersion, String kind, Severity severity, String expectation) {
        List<Finding> findings = read("apiVersion: %s\nkind: %s\nmetadata: {name: x}\nspec: {}\n"
                        .formatted(apiVersion, kind))
                .findings();

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.expectation()).contains(expectation);
        });
    }

    @Test
    void aFieldBesideTheSpecificationIsNoted() {
        assertThat(read(GATEWAY + "listeners: []\n").findings())
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.toString()).startsWith("f.yaml:7: Gateway default/g: listeners"));
    }
}

package dev.waypoint.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectFileTest {

    private static final String TWO = """
            # a comment
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata:
              name: shop
            spec:
              hostnames:
                - shop.example
              rules:
                - matches:
                    - path: {type: Exact, value: /v1}
                      method: GET
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: prod}
            """;

    @Test
    void objectsOfSeveralDocumentsCarryTheirPlaces() throws MalformedText {
        List<RawObject> objects = ObjectFile.read("a.yaml", TWO).objects();

        assertThat(objects)
                .extracting(object -> object.ref().toString())
                .containsExactly("HTTPRoute default/shop", "Service prod/cart");
        assertThat(objects.get(0).position("")).hasToString("a.yaml:2");
        assertThat(objects.get(0).position("spec.hostnames[0]")).hasToString("a.yaml:8");
        assertThat(objects.get(0).position("spec.rules[0].matches[0].path.value"))
                .hasToString("a.yaml:11");
        assertThat(objects.get(0).position("spec.rules[0].matches[0].method")).hasToString("a.yaml:12");
        assertThat(objects.get(1).position("metadata.namespace")).hasToString("a.yaml:16");
    }

    @Test
    void aFieldThatIsMissingStandsWhereItsNeighboursDo() throws MalformedText {
        RawObject route = ObjectFile.read("a.yaml", TWO).objects().getFirst();

        assertThat(route.position("spec.rules[0].backendRefs[1].port")).hasToString("a.yaml:10");
        assertThat(route.position("nowhere.at.all")).hasToString("a.yaml:2");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            true,       BOOLEAN, true
            yes,        STRING,  yes
            on,         STRING,  on
            8080,       NUMBER,  8080
            -1,         NUMBER,  -1
            0.5,        NUMBER,  0.5
            1e3,        NUMBER,  1E+3
            '"8080"',   STRING,  8080
            2026-01-01, STRING,  2026-01-01
            10s,        STRING,  10s
            ~,          NULL,    null
            1.2.3,      STRING,  1.2.3
            '.',        STRING,  .
            !!str 5,    STRING,  5
            """)
    void scalarsFollowTheCoreSchema(String text, String type, String value) throws MalformedText {
        JsonNode node = YamlText.read("x: " + text).getFirst().tree().get("x");

        assertThat(node.getNodeType()).hasToString(type);
        assertThat(node.asText()).isEqualTo(value);
    }

    @Test
    void anchorsAndMergeKeysWork() throws MalformedText {
        JsonNode tree = YamlText.read("""
                base: &base {a: 1, b: 2}
                one: *base
                two: {<<: *base, b: 3}
                """).getFirst().tree();

        assertThat(tree.get("one")).hasToString("{\"a\":1,\"b\":2}");
        assertThat(tree.at("/two/a").asInt()).isEqualTo(1);
        assertThat(tree.at("/two/b").asInt()).isEqualTo(3);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a key twice         | a.yaml | a: 1\\nb: 2\\na: 3              | 3 | twice
            unclosed quote      | a.yaml | a: 1\\nb: "x                    | 2 | end of stream
            bad indentation     | a.yaml | a:\\n  b: 1\\n c: 2             | 3 | expected <block end>
            an own tag          | a.yaml | a: !secret x                    | 1 | tag
            a tab               | a.yaml | a:\\n\\tb: 1                    | 2 | cannot start any token
            unknown anchor      | a.yaml | a: *b                           | 1 | undefined alias
            JSON cut short      | a.json | {"a":\\n{"b": 1                 | 2 | end-of-input
            JSON key twice      | a.json | {"a": 1,\\n"a": 2}              | 2 | Duplicate
            """)
    void malformedTextNamesItsLine(String name, String file, String text, int line, String problem) {
        assertThatThrownBy(() -> ObjectFile.read(file, text.translateEscapes()))
                .isInstanceOfSatisfying(MalformedText.class, e -> {
                    assertThat(e.getMessage()).contains(problem);
                    assertThat(e.line()).isEqualTo(line);
                });
    }

    @Test
    void jsonKeepsLinesToo() throws MalformedText {
        RawObject object = ObjectFile.read("a.json", """
                {
                \t"apiVersion": "v1",
                \t"kind": "Service",
                \t"metadata": {"name": "cart"},
                \t"spec": {
                \t\t"ports": [
                \t\t\t{"port": 80, "weight": 0.5}
                \t\t]
                \t}
                }
                """).objects().getFirst();

        assertThat(object.ref()).hasToString("Service default/cart");
        assertThat(object.position("spec.ports[0].port")).hasToString("a.json:7");
    }

    @Test
    void listsAreTakenApart() throws MalformedText {
        List<RawObject> objects = ObjectFile.read("a.yaml", """
                apiVersion: v1
                kind: List
                items:
                  - apiVersion: v1
                    kind: Service
                    metadata: {name: a}
                  - apiVersion: v1
                    kind: Service
                    metadata:
                      name: b
                """).objects();

        assertThat(objects).extracting(object -> object.ref().name()).containsExactly("a", "b");
        assertThat(objects.get(1).position("metadata.name")).hasToString("a.yaml:10");
    }

    @Test
    void documentsThatAreNoObjectsAreFindingsAndTheOthersCount() throws MalformedText {
        ObjectFile file = ObjectFile.read("a.yaml", """
                just text
                ---
                kind: Service
                metadata: {name: 7}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: ok}
                ---
                """);

        assertThat(file.objects()).hasSize(1);
        assertThat(file.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "a.yaml:1: File a.yaml is \"just text\": expected an object with apiVersion and kind",
                        "a.yaml:3: Service (unnamed): apiVersion: is required",
                        "a.yaml:4: Service (unnamed): metadata.name is 7: expected text that is not empty");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            a/kustomization.yaml | resources: [routes.yaml]
            kustomization.yml    | kind: Kustomization
            a/overlay.yaml       | {apiVersion: kustomize.config.k8s.io/v1alpha1, kind: Component}
            """)
    void whatIsForKustomizeIsLeftOutAndSaysSo(String name, String text) throws MalformedText {
        ObjectFile file = ObjectFile.read(name, text);

        assertThat(file.objects()).isEmpty();
        assertThat(file.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO);
            assertThat(finding).hasToString(name + ":1: File " + name + ": " + finding.expectation());
            assertThat(finding.expectation()).startsWith("left out: it tells kustomize");
        });
    }

    @Test
    void anObjectInAFileOfThatNameCounts() throws MalformedText {
        assertThat(ObjectFile.read("kustomization.yaml", TWO).objects()).hasSize(2);
    }

    @Test
    void anExplosionOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
                    .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
        }

        assertThatThrownBy(() -> YamlText.read(bomb.toString())).isInstanceOf(MalformedText.class);
    }
}

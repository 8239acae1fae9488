package dev.waypoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.RecordSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class KindsTest {

    static final List<Kind<?>> KINDS = Kinds.ALL;

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyKindCanBeReadAndDescribed(Kind<?> kind) {
        assertThat(RecordSchema.jsonSchema(kind.type())).isNotEmpty();
        assertThat(Kinds.find(kind.group(), kind.name())).contains(kind);
    }

    @Test
    void namesOfEnumsAreThoseOfTheApi() throws Exception {
        JsonNode tree = new YAMLMapper().readTree("""
                gatewayClassName: waypoint
                listeners:
                - {name: a, port: 443, protocol: HTTPS, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}}
                tls: {frontend: {default: {validation: {mode: AllowInsecureFallback, caCertificateRefs: [{kind: ConfigMap, name: ca}]}}}}
                """);
        List<Finding> findings = new ArrayList<>();

        Gateway gateway = RecordReader.read(tree, Gateway.class, Kinds.GATEWAY.ref("a", "b"), "spec", findings::add)
                .orElseThrow();

        assertThat(findings).isEmpty();
        assertThat(gateway.listeners().getFirst().allowedRoutes().namespaces().from())
                .isEqualTo(Listener.FromNamespaces.SELECTOR);
        assertThat(gateway.allowedListeners().namespaces().from()).isEqualTo(Listener.FromNamespaces.NONE);
    }
}

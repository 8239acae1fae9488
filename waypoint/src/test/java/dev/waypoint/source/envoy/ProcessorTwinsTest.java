package dev.waypoint.source.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bootstrap and what it is converted to give every rule the same ext_proc filters, in the same order. */
class ProcessorTwinsTest {

    private static final Path BOOTSTRAP = Path.of("src/test/resources/envoy/processors/bootstrap.yaml");
    private static final FilterCatalog FILTERS = FilterCatalog.installed(problem -> {
        throw new AssertionError(problem);
    });

    @TempDir
    Path folder;

    @Test
    void bothFormsGiveRulesTheSameProcessors() throws Exception {
        EnvoyBootstrap bootstrap = EnvoyBootstrap.read(BOOTSTRAP, FILTERS);
        Files.writeString(folder.resolve("all.yaml"), Conversion.of(bootstrap).yaml());

        Translation translation = translate();

        assertThat(translation.findings())
                .filteredOn(ProcessorTwinsTest::isError)
                .isEmpty();
        Map<String, List<JsonNode>> expected = processors(bootstrap.routing());
        assertThat(processors(translation.ir())).isEqualTo(expected);
        assertThat(expected).hasSizeGreaterThan(20);
    }

    /** Of each listener, whether it stays a filter. */
    @ParameterizedTest
    @CsvSource({
        "plain, false", "mostly, false", "few, false", "two, false", "early, true", "listed, true", "length, true",
        "clear, true", "rules, true", "regex, true", "typed, true", "shown, true", "instant, true", "deferred, true",
        "mapped, true", "based, true", "untrailed, true", "mixed, true",
    })
    void onlyWhatPoliciesCannotSayStaysAFilter(String listener, boolean stays) throws Exception {
        String yaml = Conversion.of(EnvoyBootstrap.read(BOOTSTRAP, FILTERS)).yaml();
        List<String> documents = List.of(yaml.split("---\n"));

        assertThat(documents)
                .filteredOn(document -> document.contains("name: " + listener + "-"))
                .filteredOn(document -> document.contains("\nkind: " + (stays ? "ExtProcPolicy" : "HttpFilter")))
                .isEmpty();
        assertThat(documents)
                .filteredOn(document -> document.contains("name: " + listener + "-"))
                .filteredOn(document -> document.contains("\nkind: " + (stays ? "HttpFilter" : "ExtProcPolicy")))
                .isNotEmpty()
                .allSatisfy(document -> assertThat(!stays || document.contains("# An HttpFilter, because"))
                        .isTrue());
    }

    private Translation translate() throws IOException {
        ResourceSet set = ResourceReader.read(new FolderSource(folder).load(), ResourceSet.EMPTY);
        return new Translator(FILTERS, TranslatorSettings.FOR_FILES).translate(set);
    }

    private static boolean isError(Finding finding) {
        return finding.severity() == Finding.Severity.ERROR;
    }

    /** The processors of each rule, by port and path. */
    private static Map<String, List<JsonNode>> processors(RoutingIr routing) {
        Map<String, List<JsonNode>> out = new TreeMap<>();
        for (ListenerIr listener : routing.listeners()) {
            listener.hosts().forEach(host -> {
                for (RouteIr route : host.routes()) {
                    if (!(route.rule().action() instanceof ActionIr.NotFound)) {
                        String path = IrWriter.write(route.match().path())
                                .path("value")
                                .asText();
                        out.put(listener.port() + " " + (path.isEmpty() ? "/" : path), processors(route));
                    }
                }
            });
        }
        return out;
    }

    private static List<JsonNode> processors(RouteIr route) {
        List<JsonNode> out = new ArrayList<>();
        for (FilterIr filter : route.rule().filters()) {
            if (filter.filter().equals("ext-proc")) {
                out.add(plain((ObjectNode) IrWriter.write(filter.config())));
            }
        }
        return out;
    }

    /** Without names, and without what has no effect. */
    private static JsonNode plain(ObjectNode config) {
        ObjectNode provider = config.withObject("/provider");
        provider.remove("name");
        provider.withObject("/backendRef").remove("namespace");
        ObjectNode processing = config.withObject("/processing");
        boolean overrides = config.path("permissions").path("modeOverride").asBoolean();
        if (!overrides) {
            processing.remove("overrideBase");
        }
        processing.remove("lenient");
        Set<String> bodies = new HashSet<>();
        for (String direction : List.of("request", "response")) {
            processing.withObject("/modes/" + direction);
        }
        processing.path("modes").forEach(direction -> {
            ObjectNode modes = (ObjectNode) direction;
            modes.put("headers", modes.path("headers").asText().equals("Skip") ? "Skip" : "Send");
            modes.put("trailers", modes.path("trailers").asText().equals("Send") ? "Send" : "Skip");
            bodies.add(modes.path("body").asText("None"));
        });
        if (bodies.equals(Set.of("None")) && !overrides) {
            config.remove("buffers");
        } else {
            ObjectNode buffers = config.withObject("/buffers");
            int bytes = buffers.path("maxBytes").asInt(1_048_576);
            buffers.put("maxBytes", bytes)
                    .put("maxBytesHttp2", buffers.path("maxBytesHttp2").asInt(bytes));
        }
        return config;
    }
}

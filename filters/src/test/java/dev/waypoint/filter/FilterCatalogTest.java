package dev.waypoint.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterCatalogTest {

    private static final ResourceRef REF = new ResourceRef("waypoint.dev", "HttpFilter", "shop", "f");

    private final List<Finding> findings = new ArrayList<>();

    /** A third party's filter that takes a name which exists. */
    public static final class Impostor implements FilterFactory<Impostor.Config> {
        record Config() {}

        @Override
        public FilterKind<Config> kind() {
            return new FilterKind<>("cors", Placement.in(Stage.PROCESS), Config.class, "Not CORS.");
        }

        @Override
        public HttpFilter create(Config config, FilterEnvironment environment) {
            return new HeadersFilter() {};
        }
    }

    @Test
    void findsTheInstalledFilters() {
        FilterCatalog catalog = FilterCatalog.installed(findings::add);
        assertThat(findings).isEmpty();
        assertThat(catalog.kinds().map(FilterKind::name))
                .contains("cors", "header-modifier")
                .isSorted();
        assertThat(catalog.find("cors")).isPresent();
        assertThat(catalog.find("no-such")).isEmpty();
    }

    @Test
    void readsConfiguration() throws IOException {
        FilterCatalog catalog = FilterCatalog.installed(findings::add);
        var json = new ObjectMapper().readTree("{\"status\": 200}");
        assertThat(catalog.readConfig("direct-response", json, REF, "spec.filter", "spec.config", findings::add))
                .isPresent();
        assertThat(catalog.readConfig("request-size", json, REF, "spec.filter", "spec.config", findings::add))
                .isEmpty();
        assertThat(catalog.readConfig("direct-respond", json, REF, "spec.filter", "spec.config", findings::add))
                .isEmpty();
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "HttpFilter shop/f: spec.config.status: unknown field, known are maxBytes",
                        "HttpFilter shop/f: spec.config.maxBytes: required, but missing:"
                                + " expected a whole number of at least 0",
                        "HttpFilter shop/f: spec.filter is 'direct-respond': no such filter is installed,"
                                + " did you mean 'direct-response'?");
    }

    @Test
    void reportsTakenNamesAndWhatCannotBeLoaded(@TempDir Path folder) throws IOException {
        Path services = folder.resolve("META-INF/services/" + FilterFactory.class.getName());
        Files.createDirectories(services.getParent());
        Files.writeString(services, "no.such.Filter\n" + Impostor.class.getName() + "\n");
        FilterCatalog installed = FilterCatalog.installed(findings::add);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, FilterCatalog.class.getClassLoader())) {
            FilterCatalog both = installed.plus(loader, "plugins/x.jar", findings::add);
            assertThat(both.find("cors").orElseThrow().getClass().getSimpleName())
                    .isEqualTo("Cors");
        }
        assertThat(findings).hasSize(2);
        assertThat(findings.get(0).toString())
                .startsWith("Plugin plugins/x.jar: a filter cannot be loaded:")
                .contains("no.such.Filter");
        assertThat(findings.get(1).toString())
                .isEqualTo("Plugin plugins/x.jar: " + Impostor.class.getName()
                        + " is cors: the name of this filter is taken" + " by dev.waypoint.filters.Cors: rename it");
    }
}

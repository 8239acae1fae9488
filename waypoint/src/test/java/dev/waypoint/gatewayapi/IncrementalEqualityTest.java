package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.ImageDecoder;
import dev.waypoint.control.wire.ImageEncoder;
import dev.waypoint.control.wire.UnreadableConfig;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.ResourceSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a translator remembers must never show: after any sequence of changes it says what one without memory says. */
class IncrementalEqualityTest {

    private static final FilterCatalog CATALOG = FilterCatalog.installed(finding -> {});
    private static final int STEPS = 250;

    static Stream<Arguments> seeds() {
        return Stream.of(1L, 2L, 3L, 4L)
                .flatMap(seed -> Stream.of(
                        Arguments.of(seed, "files", TranslatorSettings.FOR_FILES),
                        Arguments.of(seed, "cluster", TranslatorSettings.FOR_CLUSTER)));
    }

    @ParameterizedTest(name = "seed {0} of {1}")
    @MethodSource("seeds")
    void saysTheSameAsATranslatorWithoutMemory(long seed, String name, TranslatorSettings settings)
            throws UnreadableConfig {
        RandomObjects objects = new RandomObjects(seed);
        Translator remembering = new Translator(CATALOG, settings);
        Images images = new Images();
        ResourceSet set = objects.first();
        int routes = 0;
        for (int step = 0; step < STEPS; step++) {
            set = objects.changed(set);

            Translation incremental = remembering.translate(set);

            Translation full = new Translator(CATALOG, settings).translate(set);
            assertThat(incremental.gateways()).as("step %d", step).isEqualTo(full.gateways());
            assertThat(incremental.statuses()).as("step %d", step).isEqualTo(full.statuses());
            assertThat(incremental).as("step %d", step).isEqualTo(full);
            images.take(incremental.gateways());
            routes += incremental.gateways().values().stream()
                    .flatMap(routing -> routing.listeners().stream())
                    .mapToInt(listener -> listener.hosts().size())
                    .sum();
        }
        assertThat(routes)
                .as("host tables in all steps, so that this tests anything")
                .isGreaterThan(STEPS);
    }

    /** The same for what is sent to proxies. */
    private static final class Images {
        private final Map<ResourceRef, ImageEncoder> encoders = new HashMap<>();
        private final Map<ResourceRef, ImageDecoder> decoders = new HashMap<>();
        private final Map<ResourceRef, ConfigImage> proxies = new HashMap<>();

        void take(Map<ResourceRef, RoutingIr> gateways) throws UnreadableConfig {
            for (Map.Entry<ResourceRef, RoutingIr> gateway : gateways.entrySet()) {
                ConfigImage before = proxies.getOrDefault(gateway.getKey(), ConfigImage.EMPTY);
                ConfigImage image = encoders.computeIfAbsent(gateway.getKey(), absent -> new ImageEncoder())
                        .encode(gateway.getValue());

                ConfigImage fresh = new ImageEncoder().encode(gateway.getValue());
                assertThat(image.resources()).isEqualTo(fresh.resources());
                assertThat(image.digest()).isEqualTo(fresh.digest());
                ConfigImage proxy = ConfigDelta.between(before, image).apply(before);
                assertThat(proxy.digest()).isEqualTo(fresh.digest());
                assertThat(decoders.computeIfAbsent(gateway.getKey(), absent -> new ImageDecoder(CATALOG))
                                .decode(proxy))
                        .isEqualTo(new ImageDecoder(CATALOG).decode(fresh))
                        .isEqualTo(gateway.getValue());
                proxies.put(gateway.getKey(), proxy);
            }
        }
    }
}

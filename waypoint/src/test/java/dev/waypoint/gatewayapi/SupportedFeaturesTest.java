package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What statuses claim is what the page of conformance shows as proved. */
class SupportedFeaturesTest {

    private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9]+)`");

    private static List<String> proved(String object) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "conformance", "README.md"));
        String features = page.substring(page.indexOf("## Features"));
        String list = features.substring(features.indexOf("**" + object + "**"));
        int end = list.indexOf("\n\n");
        return NAME.matcher(end < 0 ? list : list.substring(0, end))
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    @Test
    void theyAreThoseThatTheSuiteProved() throws IOException {
        assertThat(SupportedFeatures.GATEWAY).isEqualTo(proved("GatewayClass"));
        assertThat(SupportedFeatures.MESH).isEqualTo(proved("XMesh"));
    }

    /** The API allows no more, and wants them in this order. */
    @Test
    void theyFitIntoAStatus() {
        for (List<String> features : List.of(SupportedFeatures.GATEWAY, SupportedFeatures.MESH)) {
            assertThat(features).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(64);
        }
    }
}

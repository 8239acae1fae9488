package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The page of conformance says what the published results say, and no test of a claimed feature is left out. */
class ConformancePageTest {

    private static final Path FOLDER = Path.of("..", "docs", "conformance");
    private static final String LACKS = "suite does not support ";

    private static List<String> results() throws IOException {
        return Files.readAllLines(FOLDER.resolve("v1.6.1").resolve("tests.txt"));
    }

    private static long count(String result) throws IOException {
        return results().stream().filter(line -> line.startsWith(result + " ")).count();
    }

    @Test
    void everyTestOfAClaimedFeatureRanAndPassed() throws IOException {
        Set<String> claimed = new HashSet<>(SupportedFeatures.GATEWAY);
        claimed.addAll(SupportedFeatures.MESH);
        for (String line : results()) {
            if (line.startsWith("SKIP ")) {
                assertThat(line).contains(LACKS);
                List<String> lacking = List.of(
                        line.substring(line.indexOf(LACKS) + LACKS.length()).split(", *"));
                assertThat(lacking).as(line).isNotEmpty().doesNotContainAnyElementsOf(claimed);
            } else {
                assertThat(line).startsWith("PASS ");
            }
        }
    }

    @Test
    void thePageHasTheNumbersOfTheResults() throws IOException {
        String page = Files.readString(FOLDER.resolve("README.md"));
        assertThat(count("PASS")).isGreaterThan(100);
        assertThat(page)
                .contains(count("PASS") + count("FAIL") + ": " + count("PASS") + " passed, " + count("FAIL")
                        + " failed; the")
                .contains(count("SKIP") + ", each for want of a feature that is not claimed");
    }

    @Test
    void theReportNamesTheFeaturesAndACommit() throws IOException {
        String report = Files.readString(FOLDER.resolve("v1.6.1").resolve("report.yaml"));
        assertThat(report).containsPattern("version: v\\d+\\.\\d+\\.\\d+-[0-9a-f]{7,}\n");
        for (String profile : List.of("GATEWAY-HTTP", "GATEWAY-GRPC", "MESH-HTTP", "MESH-GRPC")) {
            assertThat(report).contains("name: " + profile + "\n");
        }
    }
}

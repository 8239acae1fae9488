package dev.waypoint.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.filter.ReplyCause;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessLogTest {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00.123456Z");

    private static String line(AccessLogFormat format, FinishedExchange exchange) {
        StringBuilder out = new StringBuilder();
        format.append(out, exchange, START);
        return out.toString();
    }

    @Test
    void textHasItsFieldsInTheirOrder() {
        assertThat(line(AccessLogFormat.TEXT, FakeExchange.served()))
                .isEqualTo(
                        "[2026-11-23T12:00:00.123456Z] \"GET /v1/x?a=1 HTTP/1.1\" 200 - - 3 5 12.345 9.000 127.0.0.1 "
                                + "\"curl/8\" \"id-1\" \"shop.example\" 10.0.0.1:80 default/g/http HTTPRoute/default/shop 0 "
                                + "default/shop:80 1 - v7");
    }

    @Test
    void textMarksWhatIsAbsent() {
        assertThat(line(AccessLogFormat.TEXT, FakeExchange.failed(ReplyCause.NO_ROUTE, 404)))
                .isEqualTo(
                        "[2026-11-23T12:00:00.123456Z] \"GET /v1/x HTTP/1.1\" 404 NR a_detail 3 5 12.345 - 127.0.0.1 "
                                + "\"curl/8\" \"id-1\" \"shop.example\" - default/g/http - - - 0 - v7");
    }

    @Test
    void jsonHasTheSameFields() throws Exception {
        JsonNode node = new ObjectMapper().readTree(line(AccessLogFormat.JSON, FakeExchange.served()));

        assertThat(node.get("path").asText()).isEqualTo("/v1/x?a=1");
        assertThat(node.get("duration_ms").asDouble()).isEqualTo(12.345);
        assertThat(node.get("snapshot").asInt()).isEqualTo(7);
        assertThat(node.has("cause")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(AccessLogFormat.class)
    void whatAClientSendsCannotBeginALineOrEndAField(AccessLogFormat format) {
        FakeExchange nasty = new FakeExchange(
                "/a\"b\\c\nx\u0000\u007f", 200, Optional.empty(), Optional.of(FakeExchange.RULE), "y\"z");

        assertThat(line(format, nasty))
                .contains("/a\\\"b\\\\c\\u000ax\\u0000\\u007f")
                .contains("y\\\"z")
                .doesNotContain("\n");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(textBlock = """
            off,         0,   0
            full,        100, 2
            sampled=100%, 100, 2
            """)
    void modesChoose(String mode, int served, int failed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(out)) {
            AccessLog log = new AccessLog(AccessLogMode.parse(mode).orElseThrow(), AccessLogFormat.TEXT, writer);
            for (int i = 0; i < 100; i++) {
                log.onEnd(FakeExchange.served());
            }
            for (int i = 0; i < 2; i++) {
                log.onEnd(FakeExchange.failed(ReplyCause.UPSTREAM_RESET, 502));
            }
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(served + failed);
    }

    @Test
    void aSampleHoldsAllFailures() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(out)) {
            AccessLog log = new AccessLog(new AccessLogMode.Sampled(0.000001), AccessLogFormat.TEXT, writer);
            for (int i = 0; i < 50; i++) {
                log.onEnd(FakeExchange.served());
                log.onEnd(FakeExchange.failed(ReplyCause.NO_HEALTHY_UPSTREAM, 503));
            }
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(50).allMatch(line -> line.contains(" UH "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"on", "sampled", "sampled=5", "sampled=0%", "sampled=101%", "sampled=x%", "''"})
    void otherModesAreUnknown(String mode) {
        assertThat(AccessLogMode.parse(mode)).isEmpty();
    }

    @Test
    void anOutputThatIsStuckLosesLinesAndStopsNobody() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int value) {
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (LineWriter writer = new LineWriter(out)) {
            for (int i = 0; i < 20_000; i++) {
                writer.write("line\n");
            }
            assertThat(writer.dropped()).isBetween(3_000L, 4_000L);
            stuck.countDown();
        }
    }

    /** The page names every flag with its causes. */
    @Test
    void theReferencePageNamesEveryCause() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "access-log.md"));
        for (ReplyCause cause : ReplyCause.values()) {
            String name = "`" + cause.name().toLowerCase(Locale.ROOT) + "`";
            assertThat(page.lines().filter(line -> line.startsWith("| `" + cause.flag() + "` |")))
                    .as(cause.name())
                    .anyMatch(line -> line.contains(name));
        }
    }
}

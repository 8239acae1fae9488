package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.encoding.StreamDecoderFactory;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {

    private static final String TEXT = "compress me, compress me again, ".repeat(100);

    private final FilterHarness harness = FilterHarness.of(new Compression(), "{codings: ['gzip'], minLength: 100}");

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new Compression(),
                "{codings: ['br', 'gzip'], minLength: 100, contentTypes: ['text/*', 'application/json']}");
    }

    private DrivenExchange respond(String acceptEncoding, String... responseHeaders) {
        return harness.send("GET", "/", "accept-encoding", acceptEncoding)
                .respondHead(200, false, responseHeaders)
                .respondData(TEXT, true);
    }

    @Test
    void compresses() throws IOException {
        DrivenExchange exchange = respond(
                "gzip, deflate", "content-type", "text/html; charset=utf-8", "content-length", "3200", "etag", "\"1\"");
        assertThat(exchange.responded().header("content-encoding")).isEqualTo("gzip");
        assertThat(exchange.responded().header("vary")).isEqualTo("accept-encoding");
        assertThat(exchange.responded().header("etag")).isEqualTo("W/\"1\"");
        assertThat(exchange.responded().headers().contains("content-length")).isFalse();
        assertThat(exchange.toClient().bytes().length).isLessThan(TEXT.length() / 5);
        assertThat(unzip(exchange.toClient().bytes())).isEqualTo(TEXT);
        exchange.end();
    }

    private static String unzip(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void flushesEachPiece() throws IOException {
        DrivenExchange exchange = harness.send("GET", "/", "accept-encoding", "gzip")
                .respondHead(200, false, "content-type", "text/event-stream")
                .respondData("data: one\n\n", false);
        int first = exchange.toClient().bytes().length;
        assertThat(first).isGreaterThan(10);
        exchange.respondData("data: two\n\n", false);
        assertThat(exchange.toClient().bytes().length).isGreaterThan(first);
        exchange.respondTrailers("x-end", "1");
        assertThat(unzip(exchange.toClient().bytes())).isEqualTo("data: one\n\ndata: two\n\n");
        assertThat(exchange.toClient().trailers()).isPresent();
        exchange.end();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "not accepted             | identity      | content-type=text/html                          | ''",
                "refused by weight        | gzip;q=0      | content-type=text/html                          | accept-encoding",
                "refused, others welcome  | gzip; q=0.0,* | content-type=text/html                          | accept-encoding",
                "compressed already       | gzip          | content-type=text/html,content-encoding=br      | ''",
                "other type               | gzip          | content-type=image/png                          | ''",
                "no type                  | gzip          | x-a=b                                           | ''",
                "too short                | gzip          | content-type=text/html,content-length=99        | ''",
                "no-transform             | gzip          | content-type=text/html,cache-control=No-Transform | ''",
                "range                    | gzip          | content-type=text/html,content-range=bytes 0-1/2 | ''",
            })
    void leavesAlone(String name, String accept, String headers, String vary) {
        String[] pairs = headers.strip().split("[=,]", -1);
        DrivenExchange exchange = respond(accept, pairs);
        assertThat(exchange.responded().header("content-encoding")).isNotEqualTo("gzip");
        assertThat(exchange.toClient().body()).isEqualTo(TEXT);
        // Where the coding was the only thing in the way, caches must know.
        assertThat(exchange.responded().header("vary")).isIn(vary.strip(), "accept-encoding");
    }

    @ParameterizedTest
    @CsvSource({"gzip, true", "GZIP;q=0.5, true", "*, true", "'br, gzip', true", "'*;q=0', false", "x-gzip, false"})
    void readsAcceptEncoding(String accept, boolean compressed) {
        DrivenExchange exchange = respond(accept, "content-type", "application/json");
        assertThat(exchange.responded().headers().contains("content-encoding")).isEqualTo(compressed);
        exchange.end();
    }

    @Test
    void headResponsesKeepTheirBody() {
        DrivenExchange exchange = harness.send("HEAD", "/", "accept-encoding", "gzip")
                .respondHead(200, true, "content-type", "text/html", "content-length", "3200");
        assertThat(exchange.responded().headers().contains("content-encoding")).isFalse();
        assertThat(exchange.responded().header("vary")).isEqualTo("accept-encoding");
    }

    @Test
    void prefersBrotliWhereThePlatformHasIt() {
        FilterHarness both = FilterHarness.of(new Compression(), "{minLength: 0}");
        DrivenExchange exchange = both.send("GET", "/", "accept-encoding", "gzip, br")
                .respondHead(200, false, "content-type", "text/html")
                .respondData(TEXT, true);
        String coding = exchange.responded().header("content-encoding");
        assumeThat(coding).as("the platform's brotli library").isEqualTo("br");
        try (var decoded = StreamDecoderFactory.brotli()
                .newDecoder(ByteBufAllocator.DEFAULT)
                .decode(HttpData.wrap(exchange.toClient().bytes()))) {
            assertThat(decoded.toStringUtf8()).isEqualTo(TEXT);
        }
        exchange.end();
    }
}

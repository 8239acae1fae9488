package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsrfTest {

    private static final String CONFIG = "{additionalOrigins: ['https://*.partner.example']}";

    @Test
    void keepsTheContract() {
        ConfigContract.check(new Csrf(), CONFIG);
    }

    @ParameterizedTest(name = "{0} {1}={2}: {3}")
    @CsvSource({
        "GET,    origin,  https://evil.example,          ''",
        "POST,   origin,  https://shop.example,          ''",
        "POST,   origin,  http://shop.example:80,        ''",
        "POST,   origin,  http://shop.example:8080,      csrf_origin_mismatch",
        "PUT,    origin,  https://x.partner.example,     ''",
        "DELETE, origin,  https://evil.example,          csrf_origin_mismatch",
        "PATCH,  referer, https://shop.example/page?x=1, ''",
        "PATCH,  referer, https://evil.example/page,     csrf_origin_mismatch",
        "POST,   origin,  null,                          csrf_origin_missing",
        "POST,   x-other, 1,                             csrf_origin_missing",
        "POST,   origin,  shop.example,                  csrf_origin_mismatch"
    })
    void comparesOrigins(String method, String header, String value, String refusal) {
        var exchange = FilterHarness.of(new Csrf(), CONFIG).send(method, "/", header, value);
        assertThat(exchange.reply().map(LocalReply::detail).orElse("")).isEqualTo(refusal);
        assertThat(exchange.reply().map(LocalReply::status).orElse(403)).isEqualTo(403);
    }
}

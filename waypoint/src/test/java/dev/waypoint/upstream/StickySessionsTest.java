package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.PersistenceIr.Carrier;
import dev.waypoint.upstream.SessionTokens.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StickySessionsTest {

    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String BACKEND = "shop/cart:80";
    private static final String ADDRESS = "10.0.0.1:8080";

    private static final Session SESSION = new Session(BACKEND, ADDRESS, Instant.EPOCH);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private StickySessions sessions(PersistenceIr settings, String scope) {
        return new StickySessions(settings, scope, new SessionTokens(SECRET, () -> now));
    }

    private static PersistenceIr cookie(Duration lifetime, boolean permanent, String path) {
        return new PersistenceIr(Carrier.COOKIE, "sid", lifetime, permanent, path);
    }

    private static RequestHead request(String name, String value) {
        return new RequestHead("GET", "http", "a", "/", HttpHeaders.builder().add(name, value));
    }

    private String told(StickySessions sessions, Optional<Session> known, String address, String header) {
        ResponseHead response = new ResponseHead(200, HttpHeaders.builder());
        sessions.tell(response, known, BACKEND, address);
        return response.header(header);
    }

    static Stream<Arguments> cookies() {
        return Stream.of(
                Arguments.of(
                        "session", cookie(Duration.ZERO, false, ""), "; Path=/; Secure; HttpOnly; SameSite=Strict"),
                Arguments.of(
                        "with a path",
                        cookie(Duration.ofHours(1), false, "/shop"),
                        "; Path=/shop; Secure; HttpOnly; SameSite=Strict"),
                Arguments.of(
                        "permanent",
                        cookie(Duration.ofHours(1), true, "/"),
                        "; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cookies")
    void cookiesBearTheirAttributes(String name, PersistenceIr settings, String attributes) {
        StickySessions sessions = sessions(settings, "rule");
        String cookie = told(sessions, Optional.empty(), ADDRESS, "set-cookie");
        assertThat(cookie).startsWith("sid=").endsWith(attributes);
        RequestHead back = request("cookie", "x=1; " + cookie.substring(0, cookie.indexOf(';')));
        assertThat(sessions.of(back)).hasValue(new Session(BACKEND, ADDRESS, now));
    }

    @Test
    void aNewSessionHasAllItsTimeLeft() {
        StickySessions sessions =
                new StickySessions(cookie(Duration.ofHours(1), true, "/"), "rule", new SessionTokens(SECRET, () -> {
                    now = now.plusMillis(1);
                    return now;
                }));
        assertThat(told(sessions, Optional.empty(), ADDRESS, "set-cookie")).contains("; Max-Age=3600;");
    }

    @Test
    void headersCarryTheValueAlone() {
        PersistenceIr settings = new PersistenceIr(Carrier.HEADER, "x-session", Duration.ZERO, false, "");
        StickySessions sessions = sessions(settings, "rule");
        String value = told(sessions, Optional.empty(), ADDRESS, "x-session");
        Optional<Session> known = sessions.of(request("x-session", value));
        assertThat(known).hasValue(new Session(BACKEND, ADDRESS, now));
        assertThat(told(sessions, known, ADDRESS, "x-session"))
                .as("known already")
                .isEmpty();
    }

    @Test
    void aSessionThatMovesKeepsItsAgeAndEnds() {
        StickySessions sessions = sessions(cookie(Duration.ofMinutes(10), true, ""), "rule");
        Session old = new Session(BACKEND, "10.0.0.9:80", now);
        now = now.plus(Duration.ofMinutes(4));
        String moved = told(sessions, Optional.of(old), ADDRESS, "set-cookie");
        assertThat(moved).contains("; Max-Age=360;");
        RequestHead back = request("cookie", moved.substring(0, moved.indexOf(';')));
        assertThat(sessions.of(back)).hasValue(new Session(BACKEND, ADDRESS, old.begun()));
        now = now.plus(Duration.ofMinutes(7));
        assertThat(sessions.of(back)).isEmpty();
    }

    static Stream<Arguments> forgeries() {
        String real = new SessionTokens(SECRET, () -> Instant.EPOCH).encode("rule", SESSION);
        byte[] other = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("plain address", ADDRESS),
                Arguments.of("one character changed", (real.charAt(3) == 'A' ? "B" : "A") + real.substring(1)),
                Arguments.of("cut", real.substring(0, real.length() - 4)),
                Arguments.of("no base64", "???" + real),
                Arguments.of("another rule's", new SessionTokens(SECRET, () -> Instant.EPOCH).encode("other", SESSION)),
                Arguments.of("another key", new SessionTokens(other, () -> Instant.EPOCH).encode("rule", SESSION)),
                Arguments.of("too long", "A".repeat(10_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void whatWeDidNotMakeIsWorthNothing(String name, String value) {
        assertThat(sessions(cookie(Duration.ZERO, false, ""), "rule").of(request("cookie", "sid=" + value)))
                .isEmpty();
    }
}

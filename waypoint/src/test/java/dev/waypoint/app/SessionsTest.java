package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.SessionSecret;
import dev.waypoint.cli.TransportKind;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that stick to an endpoint while they go from replica to replica. */
class SessionsTest {

    private static final String RULES = """
        - name: all
          sessionPersistence: {type: %s, sessionName: x-sid}
          backendRefs: [{name: a, port: 80, weight: %d}, {name: b, port: 80, weight: %d}]
        """;

    @TempDir
    Path folder;

    private static Optional<SessionSecret> secret(String text) {
        return Optional.of(new SessionSecret(text.getBytes(StandardCharsets.UTF_8)));
    }

    private LiveProxy replica(
            TransportKind kind, String name, Optional<SessionSecret> secret, RawBackend a, RawBackend b, String rules)
            throws IOException {
        LiveProxy proxy = new LiveProxy(kind, Files.createDirectory(folder.resolve(name)), secret);
        proxy.gateway().service("a", a.port()).service("b", b.port()).route("shop", rules);
        assertThat(proxy.apply().findings()).isEmpty();
        return proxy;
    }

    private static RawBackend backend(String name) throws IOException {
        return RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
    }

    private static String get(LiveProxy proxy, String header) throws IOException {
        try (RawClient client = new RawClient(proxy.port)) {
            return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n")
                    .readResponse();
        }
    }

    private static String told(String response, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(response);
        return matcher.find() ? matcher.group(1) : "";
    }

    @ParameterizedTest
    @EnumSource
    void replicasWithOneSecretKnowEachOthersSessions(TransportKind kind) throws Exception {
        try (RawBackend a = backend("a");
                RawBackend b = backend("b");
                LiveProxy first =
                        replica(kind, "1", secret("one secret for all"), a, b, RULES.formatted("Cookie", 1, 0));
                LiveProxy second =
                        replica(kind, "2", secret("one secret for all\n"), a, b, RULES.formatted("Cookie", 0, 1));
                LiveProxy stranger = replica(kind, "3", Optional.empty(), a, b, RULES.formatted("Cookie", 0, 1))) {
            String begun = get(first, "");
            assertThat(begun).endsWith("\r\n\r\na");
            String cookie = "Cookie: " + told(begun, "set-cookie: (x-sid=[^;]+); Path=/; Secure") + "\r\n";
            String kept = get(second, cookie);
            assertThat(kept).endsWith("\r\n\r\na").doesNotContainIgnoringCase("set-cookie");
            String anew = get(stranger, cookie);
            assertThat(anew).endsWith("\r\n\r\nb").containsIgnoringCase("set-cookie: x-sid=");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderCarriesASessionThroughAReload(TransportKind kind) throws Exception {
        try (RawBackend a = backend("a");
                RawBackend b = backend("b");
                LiveProxy proxy = replica(kind, "1", Optional.empty(), a, b, RULES.formatted("Header", 1, 0))) {
            String session = told(get(proxy, ""), "x-sid: (\\S+)");
            proxy.route("shop", RULES.formatted("Header", 0, 1)).apply();
            assertThat(get(proxy, "")).endsWith("b");
            assertThat(get(proxy, "x-sid: " + session + "\r\n")).endsWith("a").doesNotContainIgnoringCase("x-sid:");
        }
    }
}

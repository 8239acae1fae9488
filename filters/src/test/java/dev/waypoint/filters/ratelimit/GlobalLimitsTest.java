package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits with scope Global on a real server. */
@Timeout(60)
class GlobalLimitsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<HttpFilter> filters = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        filters.forEach(HttpFilter::close);
    }

    /** A replica of its own: factory, connection and environment. */
    private final class Replica {
        final FakeEnvironment environment = new FakeEnvironment();
        final HttpFilter filter;

        Replica(String config, Map<ConfigReference, Map<String, String>> data, int replicas) {
            this(new RateLimit(), config, data, replicas);
        }

        Replica(RateLimit factory, String config, Map<ConfigReference, Map<String, String>> data, int replicas) {
            environment.withReplicas(replicas);
            data.forEach(environment::withData);
            filter = factory.create(FilterHarness.config(factory, config), environment);
            filters.add(filter);
        }

        Replica(String config) {
            this(config, Map.of(), 1);
        }

        /** The answer of the proxy; empty if the request passes. */
        Optional<LocalReply> ask(FilterHarness harness, String... headers) {
            DrivenExchange exchange = harness.send("GET", "/", headers);
            harness.await(
                    () -> exchange.reply().isPresent()
                            || exchange.toUpstream().head().isPresent(),
                    LONG);
            return exchange.reply();
        }

        Optional<LocalReply> ask(String... headers) {
            return ask(FilterHarness.of(filter, environment), headers);
        }

        int passing(int requests, String... headers) {
            FilterHarness harness = FilterHarness.of(filter, environment);
            int passed = 0;
            for (int i = 0; i < requests; i++) {
                passed += ask(harness, headers).isEmpty() ? 1 : 0;
            }
            return passed;
        }
    }

    private static String config(RealRedis redis, int requests, String per, String store) {
        return "{limits: [{name: 'all', requests: " + requests + ", per: '" + per + "', scope: 'Global',"
                + " key: [{type: 'Header', name: 'x-tenant'}]}],"
                + " global: {addresses: ['" + redis.address() + "'], timeout: '2s'" + store + "}}";
    }

    @Test
    void replicasShareOneBucketForEachKey() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            String config = config(redis, 100, "1h", "");
            Replica one = new Replica(config);
            Replica two = new Replica(config);
            assertThat(one.passing(60)).isEqualTo(60);
            int others = two.passing(60);
            assertThat(others).isBetween(36, 40);
            // What the first replica had taken in advance goes back, and is there for the second.
            AtomicLong all = new AtomicLong(others);
            await(() -> all.addAndGet(two.passing(1)) == 40);
            assertThat(two.passing(10) + one.passing(10)).isZero();
            assertThat(two.passing(10, "x-tenant", "other")).isEqualTo(10);
            LocalReply refused = two.ask().orElseThrow();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.cause()).isEqualTo(ReplyCause.RATE_LIMITED);
            assertThat(refused.headers().get("retry-after")).isNotNull();
            assertThat(one.environment.counted("all/admitted")).isEqualTo(60);
            assertThat(one.environment.counted("all/store_orders")).isBetween(5L, 30L);
            assertThat(one.environment.counted("all/store")).isEqualTo(one.environment.counted("all/store_orders"));
            assertThat(one.filter.description())
                    .singleElement()
                    .asString()
                    .contains("shared by replicas at " + redis.address());
        }
    }

    @Test
    void theBucketInTheStoreRefills() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            Replica replica = new Replica(config(redis, 20, "1s", ", prefetchPercent: 0"));
            assertThat(replica.passing(200)).isBetween(20, 60);
            Thread.sleep(1100);
            assertThat(replica.passing(20)).isEqualTo(20);
        }
    }

    /** Two replicas under load, whose server is killed and started anew: never more than the rate and a burst for each life. */
    @Test
    void theServerIsKilledAndStartedAgainUnderLoad() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            String config = config(redis, 500, "1h", ", whenAway: 'Closed'");
            List<Replica> replicas = List.of(new Replica(config), new Replica(config));
            AtomicLong passed = new AtomicLong();
            AtomicLong unreachable = new AtomicLong();
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> load = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Replica replica = replicas.get(i % 2);
                load.add(Thread.ofPlatform().start(() -> {
                    FilterHarness harness = FilterHarness.of(replica.filter, replica.environment);
                    while (!over.get()) {
                        Optional<LocalReply> reply = replica.ask(harness);
                        if (reply.isEmpty()) {
                            passed.incrementAndGet();
                        } else if (reply.get().cause() == ReplyCause.RATE_LIMIT_STORE) {
                            unreachable.incrementAndGet();
                        }
                    }
                }));
            }
            await(() -> passed.get() >= 500);
            redis.kill();
            await(() -> unreachable.get() > 0);
            assertThat(passed.get()).isEqualTo(500);
            redis.restart();
            await(() -> passed.get() >= 1000);
            Thread.sleep(300);
            over.set(true);
            for (Thread thread : load) {
                thread.join();
            }
            assertThat(passed.get()).isEqualTo(1000);
            assertThat(replicas.get(0).environment.counted("all/store_failures")
                            + replicas.get(1).environment.counted("all/store_failures"))
                    .isPositive();
        }
    }

    @ParameterizedTest(name = "{0}: {1} of 30 pass")
    @CsvSource({"Closed, 0", "Open, 30", "Local, 5"})
    void whileTheServerIsAway(String whenAway, int expected) throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            Replica replica = new Replica(
                    config(redis, 10, "1h", ", prefetchPercent: 0, whenAway: '" + whenAway + "'"), Map.of(), 2);
            assertThat(replica.passing(2)).isEqualTo(2);
            redis.kill();
            assertThat(replica.passing(30)).isEqualTo(expected);
            assertThat(replica.environment.counted("all/without_store")).isEqualTo(expected);
            if (expected == 0) {
                LocalReply reply = replica.ask().orElseThrow();
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.detail()).isEqualTo("rate_limit_store:test/filter/all");
                assertThat(reply.grpcStatus()).isEqualTo(OptionalInt.of(14));
            }
            redis.restart();
            await(() -> replica.passing(1, "x-tenant", "t" + System.nanoTime()) == 1
                    && replica.filter.description().stream().noneMatch(text -> text.contains("(away)")));
            assertThat(replica.passing(30)).isEqualTo(10);
        }
    }

    /** A server that hangs costs the requests that wait for it their timeout, and those that come later nothing. */
    @Test
    void aServerThatHangsDelaysFewRequests() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            Replica replica = new Replica(config(redis, 1000, "1h", ", prefetchPercent: 0, whenAway: 'Open'")
                    .replace("'2s'", "'100ms'"));
            assertThat(replica.passing(1)).isEqualTo(1);
            redis.freeze();
            long start = System.nanoTime();
            assertThat(replica.passing(200)).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            redis.thaw();
        }
    }

    @Test
    void aServerThatComesLateIsFound() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            redis.kill();
            Replica replica = new Replica(config(redis, 10, "1h", ""));
            assertThat(replica.passing(1)).isZero();
            redis.restart();
            await(() -> replica.passing(1) == 1);
        }
    }

    /** Of 100 tokens 40 are left, so of 10 there are 4, in the store as in the replica, and for a replica that comes later. */
    @Test
    void aChangedRateKeepsTheFillLevelInProportion() throws Exception {
        try (RealRedis redis = RealRedis.start()) {
            RateLimit factory = new RateLimit();
            Replica before = new Replica(factory, config(redis, 100, "1h", ", prefetchPercent: 0"), Map.of(), 1);
            assertThat(before.passing(60)).isEqualTo(60);
            Replica after = new Replica(factory, config(redis, 10, "2h", ", prefetchPercent: 0"), Map.of(), 1);
            before.filter.close();
            assertThat(after.passing(2)).isEqualTo(2);
            Replica another = new Replica(config(redis, 10, "2h", ", prefetchPercent: 0"));
            assertThat(another.passing(20) + after.passing(20)).isEqualTo(2);
            Replica larger = new Replica(config(redis, 1000, "20h", ", prefetchPercent: 0"));
            assertThat(larger.passing(20))
                    .as("nothing is nothing, whatever the rate")
                    .isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "the right authority           | localhost     | right | true  | Closed | 3 |",
                "an authority that is not his  | localhost     | wrong | true  | Closed | 0 | TLS failed",
                "the same, and open            | localhost     | wrong | true  | Open   | 3 | TLS failed",
                "the same, and a share of half | localhost     | wrong | true  | Local  | 2 | TLS failed",
                "another name                  | redis.example | right | true  | Closed | 0 | TLS failed",
                "another name, not verified    | redis.example | right | false | Closed | 3 |",
            })
    void talksTls(
            String name,
            String named,
            String authority,
            boolean verify,
            String whenAway,
            int passing,
            @Nullable String complaint)
            throws Exception {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned(named);
        TlsKeyPair trusted = authority.equals("right") ? pair : TlsKeyPair.ofSelfSigned(named);
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        Files.writeString(
                certificate,
                pem("CERTIFICATE", pair.certificateChain().getFirst().getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", pair.privateKey().getEncoded()));
        ConfigReference ca = new ConfigReference.ConfigMapReference("redis-ca", Optional.empty());
        Map<ConfigReference, Map<String, String>> data = Map.of(
                ca,
                Map.of(
                        "ca.crt",
                        pem("CERTIFICATE", trusted.certificateChain().getFirst().getEncoded())));
        try (RealRedis redis = RealRedis.start(
                "--tls-port",
                "PORT",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-auth-clients",
                "no")) {
            String config = config(
                            redis,
                            4,
                            "1h",
                            ", whenAway: '" + whenAway + "', tls: {verifyHostname: " + verify
                                    + ", caCertificateRef: {kind: 'ConfigMap', name: 'redis-ca'}}")
                    .replace(redis.address(), "localhost:" + redis.port());
            Replica replica = new Replica(config, data, 2);
            assertThat(replica.passing(3)).isEqualTo(passing);
            String description = String.join(" ", replica.filter.description());
            assertThat(description).contains("shared by replicas at localhost:" + redis.port());
            if (complaint == null) {
                assertThat(description).doesNotContain("(away)");
            } else {
                assertThat(description).contains("(away): " + complaint).contains("caCertificateRef");
            }
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    @Test
    void passwordsComeFromSecrets() throws IOException {
        try (RealRedis redis = RealRedis.start("--requirepass", "open-sesame")) {
            String config = config(redis, 10, "1h", ", credentialsRef: {name: 'redis'}");
            ConfigReference secret = new ConfigReference.SecretReference("redis", Optional.empty());
            Replica right = new Replica(config, Map.of(secret, Map.of("password", "open-sesame\n")), 1);
            Replica wrong = new Replica(config, Map.of(secret, Map.of("password", "guess")), 1);
            assertThat(right.passing(3)).isEqualTo(3);
            assertThat(wrong.passing(3)).isZero();
            assertThat(FilterHarness.config(new RateLimit(), config).toString()).doesNotContain("sesame");
        }
    }

    /** The smallest cluster: one server that has all slots. */
    @Test
    void clustersAreAskedLikeServers() throws Exception {
        try (RealRedis redis = RealRedis.start(
                "--cluster-enabled",
                "yes",
                "--cluster-announce-ip",
                "127.0.0.1",
                "--cluster-config-file",
                "nodes-PORT.conf")) {
            try (Socket socket = new Socket("127.0.0.1", redis.port())) {
                socket.getOutputStream().write("CLUSTER ADDSLOTSRANGE 0 16383\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('+');
            }
            Replica replica = new Replica(config(redis, 10, "1h", ", cluster: true"));
            await(() -> replica.passing(1) == 1);
            await(() -> replica.passing(1) == 0);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "limits: [{name: 'a', requests: 1, per: '1s', scope: 'Global'}] | the limit 'a' has scope Global,"
                        + " expected a store",
                "global: {addresses: ['redis']}                 | addresses has 'redis', expected host:port",
                "global: {addresses: ['a:1', 'b:2']}            | addresses has 2 entries, expected one",
                "global: {addresses: ['a:1'], timeout: '1h'}    | expected 1ms to 10s",
                "global: {addresses: ['a:1'], cluster: true, database: 3} | database is 3, expected 0",
                "global: {addresses: ['a:1'], credentialsRef: {kind: 'ConfigMap', name: 'a'}} | expected a Secret",
            })
    void refusesConfiguration(String config, String finding) {
        String limits = config.startsWith("limits") ? "" : "limits: [{name: 'a', requests: 1, per: '1s'}], ";
        assertThat(FilterHarness.findings(new RateLimit(), "{" + limits + config + "}"))
                .anySatisfy(text -> assertThat(text).contains(finding));
    }

    private static void await(BooleanSupplier happened) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(10);
        }
    }
}

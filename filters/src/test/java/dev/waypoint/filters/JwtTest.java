package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Instant NOW = new FakeEnvironment().time().instant();
    private static final ECKey ONE = key("one");
    private static final ECKey TWO = key("two");

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String jwks(ECKey... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    private static String token(ECKey key, UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                    .issuer("https://id.example")
                    .subject("alice")
                    .audience("shop")
                    .claim("roles", List.of("admin", "dev"))
                    .expirationTime(Date.from(NOW.plusSeconds(300)));
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(key.getKeyID())
                            .build(),
                    change.apply(claims).build());
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String config(String keys, String more) {
        return "{providers: [{name: 'main', issuer: 'https://id.example', audiences: ['shop'], keys: " + keys
                + ", claimsToHeaders: [{claim: 'sub', header: 'x-sub'}, {claim: 'roles', header: 'x-roles'}]}]" + more
                + "}";
    }

    private static FilterHarness inline(String more) {
        return FilterHarness.of(new Jwt(), config("{inline: '" + jwks(ONE, TWO) + "'}", more));
    }

    private static DrivenExchange send(FilterHarness harness, String token, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "authorization";
        all[1] = "Bearer " + token;
        System.arraycopy(headers, 0, all, 2, headers.length);
        DrivenExchange exchange = harness.send("GET", "/", all);
        harness.await(
                () -> exchange.reply().isPresent() || exchange.toUpstream().isEnded(), PATIENCE);
        return exchange;
    }

    private static String detail(FilterHarness harness, String token) {
        return send(harness, token).replied().detail();
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(new Jwt(), """
                {providers: [{name: 'main', issuer: 'https://id.example', audiences: ['shop'],
                   keys: {from: {kind: 'ConfigMap', name: 'keys', namespace: 'shop'}, key: 'k', refresh: '1m'},
                   algorithms: ['ES256'], clockSkew: '30s', tokensFrom: [{header: 'x-token'}, {cookie: 'c'}],
                   claimsToHeaders: [{claim: 'sub', header: 'x-sub'}], forward: true}],
                 require: [{claim: 'roles', values: ['admin']}], allowMissing: true}
                """);
        assertThat(new Jwt()
                        .references(FilterHarness.config(
                                new Jwt(),
                                "{providers: [{name: 'a', keys: {from: {kind: 'ConfigMap', name: 'keys'}}}]}")))
                .containsExactly(new ConfigReference.ConfigMapReference("keys", Optional.empty()));
    }

    @Test
    void admitsAndPublishesClaims() {
        DrivenExchange exchange = send(inline(""), token(TWO, claims -> claims), "x-sub", "forged");
        assertThat(exchange.forwarded().headers().getAll("x-sub")).containsExactly("alice");
        assertThat(exchange.forwarded().header("x-roles")).isEqualTo("admin,dev");
        assertThat(exchange.forwarded().headers().contains("authorization")).isFalse();
        assertThat(exchange.get(ExchangeKeys.CLAIMS).orElseThrow().path("sub").textValue())
                .isEqualTo("alice");
        assertThat(String.valueOf(exchange.metadata().get("envoy.filters.http.jwt_authn")))
                .contains("{\"main\":{", "\"sub\":\"alice\"");
    }

    @Test
    void refusesWhatIsNotRight() throws JOSEException {
        FilterHarness harness = inline("");
        assertThat(harness.send("GET", "/").replied().detail()).isEqualTo("jwt_missing");
        assertThat(harness.send("GET", "/", "authorization", "Basic abc")
                        .replied()
                        .detail())
                .isEqualTo("jwt_missing");
        assertThat(detail(harness, "a.b.c")).isEqualTo("jwt_malformed");
        assertThat(detail(harness, token(ONE, claims -> claims.issuer("https://evil.example"))))
                .isEqualTo("jwt_unknown_issuer");
        assertThat(detail(harness, token(ONE, claims -> claims.expirationTime(Date.from(NOW.minusSeconds(61))))))
                .isEqualTo("jwt_expired");
        assertThat(detail(harness, token(ONE, claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(61))))))
                .isEqualTo("jwt_not_yet_valid");
        assertThat(detail(harness, token(ONE, claims -> claims.claim("exp", "soon"))))
                .isEqualTo("jwt_malformed_claims");
        assertThat(detail(harness, token(key("three"), claims -> claims))).isEqualTo("jwt_unknown_key");
        assertThat(detail(harness, token(key("one"), claims -> claims))).isEqualTo("jwt_bad_signature");
        String good = token(ONE, claims -> claims);
        String[] parts = good.split("\\.", -1);
        String otherPayload = token(ONE, claims -> claims.subject("root")).split("\\.", -1)[1];
        assertThat(detail(harness, parts[0] + "." + otherPayload + "." + parts[2]))
                .isEqualTo("jwt_bad_signature");
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder().issuer("https://id.example").build();
        assertThat(detail(harness, new PlainJWT(claims).serialize())).isEqualTo("jwt_malformed");
        SignedJWT hmac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        hmac.sign(new MACSigner(ONE.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        assertThat(detail(harness, hmac.serialize())).isEqualTo("jwt_algorithm_not_allowed");
    }

    @Test
    void wrongAudiencesAreForbidden() {
        var reply =
                send(inline(""), token(ONE, claims -> claims.audience("other"))).replied();
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.detail()).isEqualTo("jwt_wrong_audience");
        assertThat(send(inline(""), token(ONE, claims -> claims.audience(List.of("x", "shop"))))
                        .reply())
                .isEmpty();
    }

    @Test
    void clocksMayDiffer() {
        FilterHarness harness = inline("");
        String token = token(ONE, claims -> claims.expirationTime(Date.from(NOW.minusSeconds(59))));
        assertThat(send(harness, token).reply()).isEmpty();
        harness.pass(Duration.ofSeconds(2));
        // Also when the signature is remembered.
        assertThat(detail(harness, token)).isEqualTo("jwt_expired");
    }

    @Test
    void claimsMayBeRequired() {
        FilterHarness harness = inline(", require: [{claim: 'roles', values: ['admin', 'root']}]");
        assertThat(send(harness, token(ONE, claims -> claims)).reply()).isEmpty();
        assertThat(detail(harness, token(ONE, claims -> claims.claim("roles", List.of("dev")))))
                .isEqualTo("jwt_claim_not_allowed");
        assertThat(detail(harness, token(ONE, claims -> claims.claim("roles", null))))
                .isEqualTo("jwt_claim_not_allowed");
        assertThat(send(harness, token(ONE, claims -> claims.claim("roles", "user root")))
                        .reply())
                .isEmpty();
    }

    @Test
    void missingTokensMayPassButNotBadOnes() {
        FilterHarness harness = inline(", allowMissing: true");
        DrivenExchange exchange = harness.send("GET", "/", "x-sub", "forged");
        assertThat(exchange.forwarded().headers().contains("x-sub")).isFalse();
        assertThat(detail(harness, "a.b.c")).isEqualTo("jwt_malformed");
    }

    @Test
    void keysOfAnAddressAreLoadedAndRotate() {
        AtomicReference<String> keys = new AtomicReference<>(jwks(ONE));
        AtomicInteger loads = new AtomicInteger();
        try (Server server = serving(() -> String.valueOf(keys.get()), loads)) {
            FilterHarness harness = FilterHarness.of(
                    new Jwt(), config("{url: 'http://127.0.0.1:" + server.activeLocalPort() + "/keys'}", ""));
            assertThat(send(harness, token(ONE, claims -> claims)).reply()).isEmpty();
            assertThat(loads).hasValue(1);
            keys.set(jwks(TWO));
            // A token of an unknown key makes the keys be loaded again, but not too often.
            assertThat(detail(harness, token(TWO, claims -> claims))).isEqualTo("jwt_unknown_key");
            assertThat(loads).hasValue(1);
            harness.pass(Duration.ofSeconds(10));
            assertThat(send(harness, token(TWO, claims -> claims)).reply()).isEmpty();
            assertThat(loads).hasValue(2);
            assertThat(detail(harness, token(ONE, claims -> claims))).isEqualTo("jwt_unknown_key");
            // Old keys go on being used while they are loaded again, and when that fails.
            keys.set("");
            harness.pass(Duration.ofMinutes(4));
            assertThat(harness.send("GET", "/", "authorization", "Bearer " + token(TWO, claims -> claims))
                            .reply())
                    .isEmpty();
            harness.pass(Duration.ofMinutes(2));
            harness.send("GET", "/", "authorization", "Bearer " + token(TWO, claims -> claims.expirationTime(null)));
            harness.await(() -> loads.get() == 3, PATIENCE);
            assertThat(send(harness, token(TWO, claims -> claims.expirationTime(null)))
                            .reply())
                    .isEmpty();
            // A changed configuration starts with the keys that its predecessor has.
            FilterHarness next = FilterHarness.of(
                    new Jwt(),
                    config("{url: 'http://127.0.0.1:" + server.activeLocalPort() + "/keys'}", ", allowMissing: true"),
                    new FakeEnvironment().withPredecessor(harness.filter()));
            assertThat(next.send("GET", "/", "authorization", "Bearer " + token(TWO, claims -> claims))
                            .reply())
                    .isEmpty();
        }
    }

    private static Server serving(Supplier<String> keys, AtomicInteger loads) {
        Server server = Server.builder()
                .http(0)
                .service("/keys", (ctx, request) -> {
                    loads.incrementAndGet();
                    return keys.get().isEmpty() ? HttpResponse.of(HttpStatus.BAD_GATEWAY) : HttpResponse.of(keys.get());
                })
                .build();
        server.start().join();
        return server;
    }

    @Test
    void keysThatCannotBeLoadedRefuse() {
        AtomicInteger loads = new AtomicInteger();
        try (Server server = serving(() -> "", loads)) {
            FilterHarness harness = FilterHarness.of(
                    new Jwt(), config("{url: 'http://127.0.0.1:" + server.activeLocalPort() + "/keys'}", ""));
            assertThat(detail(harness, token(ONE, claims -> claims))).isEqualTo("jwt_keys_unavailable");
        }
    }

    @Test
    void keysOfAFileAreReadAgain(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("jwks.json"), jwks(ONE));
        FilterHarness harness = FilterHarness.of(new Jwt(), config("{file: '" + file + "', refresh: '1m'}", ""));
        assertThat(send(harness, token(ONE, claims -> claims)).reply()).isEmpty();
        Files.writeString(file, jwks(TWO));
        harness.pass(Duration.ofSeconds(10));
        assertThat(send(harness, token(TWO, claims -> claims)).reply()).isEmpty();
    }

    @Test
    void unusableKeysAreRefusedAtOnce() {
        assertThatThrownBy(() -> FilterHarness.of(new Jwt(), config("{inline: '{}'}", "")))
                .hasMessageContaining("inline is not a JSON Web Key Set");
        assertThatThrownBy(() -> FilterHarness.of(
                        new Jwt(),
                        config("{from: {name: 'keys'}}", ""),
                        new FakeEnvironment()
                                .withData(
                                        new ConfigReference.SecretReference("keys", Optional.empty()),
                                        Map.of("jwks", "{\"keys\":[]}"))))
                .hasMessage("Secret keys jwks has no keys");
        assertThat(FilterHarness.findings(new Jwt(), config("{url: 'ftp://x', file: 'y'}", "")))
                .containsExactly(
                        "config.providers[0].keys: 2 sources are given, expected one of inline, from, file, url");
    }
}

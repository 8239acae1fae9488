package dev.waypoint.filters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.nimbusds.jose.JWSAlgorithm;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Admits requests that carry a token signed by a known issuer. The claims are published for later filters (also as metadata, under the
 * name that Envoy's filter uses) and, where asked for, as headers; headers of those names that a client sends are removed.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Jwt implements FilterFactory<Jwt.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "jwt",
            Placement.in(Stage.AUTHENTICATE),
            Config.class,
            "Admits requests with a JSON Web Token that a known issuer has signed.");

    private static final String METADATA = "envoy.filters.http.jwt_authn";
    private static final int REMEMBERED_TOKENS = 1000;

    /** A signature algorithm. */
    public enum Algorithm {
        RS256,
        RS384,
        RS512,
        PS256,
        PS384,
        PS512,
        ES256,
        ES384,
        ES512,
        @Name("EdDSA")
        EDDSA,
        HS256,
        HS384,
        HS512;

        private JWSAlgorithm jose() {
            return this == EDDSA ? JWSAlgorithm.EdDSA : JWSAlgorithm.parse(name());
        }
    }

    /** Where the keys are; exactly one field of the first four. */
    public record Keys(
            @Doc("The key set itself, as JSON.") @Size(min = 2, max = 65536)
            Optional<String> inline,

            @Doc("A ConfigMap or Secret that holds the key set.")
            Optional<DataRef> from,

            @Doc("A file that holds the key set.") @Size(min = 1, max = 1024)
            Optional<String> file,

            @Doc("The `http` or `https` address of the key set.") @Size(min = 1, max = 2048)
            Optional<String> url,

            @Doc("The entry of the ConfigMap or Secret.") @Default("\"jwks\"") @Size(min = 1, max = 253)
            String key,

            @Doc("How old keys of a file or address may grow before they are loaded again.") @Default("\"5m\"")
            Duration refresh) {
        public Keys {
            long given = Stream.of(inline, from, file, url)
                    .filter(Optional::isPresent)
                    .count();
            if (given != 1) {
                throw new IllegalArgumentException(
                        given + " sources are given, expected one of inline, from, file, url");
            }
            if (url.isPresent() && !url.get().matches("https?://[^ ]+")) {
                throw new IllegalArgumentException("url is '" + url.get() + "', expected an http or https address");
            }
        }

        private JwtKeys load(FilterEnvironment environment, Optional<JwtKeys> before) {
            if (inline.isPresent()) {
                return JwtKeys.fixed(inline.get(), "inline");
            }
            if (from.isPresent()) {
                String text = new String(from.get().entry(environment, key), StandardCharsets.UTF_8);
                return JwtKeys.fixed(text, from.get() + " " + key);
            }
            JwtKeys keys = file.isPresent()
                    ? JwtKeys.ofFile(Path.of(file.get()), refresh, environment.clock())
                    : JwtKeys.ofUrl(url.orElse(""), refresh, environment.clock());
            before.ifPresent(keys::startingWith);
            return keys;
        }
    }

    /** A claim as a header. */
    public record ClaimHeader(
            @Doc("The claim; dots lead into objects. Lists are joined by commas.") @Size(min = 1, max = 256)
            String claim,

            @Doc("The header.") HeaderName header) {
        public ClaimHeader {
            HeaderEdits.checkName(header);
        }
    }

    /** An issuer. */
    public record Provider(
            @Doc("A name for metadata and messages.") @Size(min = 1, max = 63)
            String name,

            @Doc("The `iss` that tokens must have; else any.") @Size(min = 1, max = 1024)
            Optional<String> issuer,

            @Doc("The audiences of which a token must name one; empty for any.") @Size(max = 64)
            List<String> audiences,

            @Doc("The keys of the issuer.") Keys keys,

            @Doc("The signature algorithms that are accepted.")
            @Default(
                    "[\"RS256\",\"RS384\",\"RS512\",\"PS256\",\"PS384\",\"PS512\",\"ES256\",\"ES384\",\"ES512\",\"EdDSA\"]")
            @Size(min = 1, max = 13)
            List<Algorithm> algorithms,

            @Doc("By how much clocks may differ.") @Default("\"60s\"")
            Duration clockSkew,

            @Doc("Where tokens may stand.") @Default("[{\"header\":\"authorization\"}]") @Size(min = 1, max = 8)
            List<CredentialCarrier> tokensFrom,

            @Doc("Claims that the backend gets as headers.") @Size(max = 64)
            List<ClaimHeader> claimsToHeaders,

            @Doc("Whether the token stays in the request.") @Default("false")
            boolean forward) {
        public Provider {
            audiences = List.copyOf(audiences);
            algorithms = List.copyOf(algorithms);
            tokensFrom = List.copyOf(tokensFrom);
            claimsToHeaders = List.copyOf(claimsToHeaders);
        }
    }

    /** A condition on a claim. */
    public record ClaimRule(
            @Doc("The claim; dots lead into objects.") @Size(min = 1, max = 256)
            String claim,

            @Doc("The values of which the claim must have (or, as a list, hold) one.") @Size(min = 1, max = 64)
            List<String> values) {
        public ClaimRule {
            values = List.copyOf(values);
        }
    }

    /** The configuration. */
    @Doc("Issuer, audience, `exp`, `nbf` and signature are checked. Keys of an address or file are loaded "
            + "again when they are old, and at once (at most every ten seconds) when a token names an unknown key; "
            + "if that fails, the old ones stay. 401 (cause `UNAUTHENTICATED`): `jwt_missing`, `jwt_malformed`, "
            + "`jwt_malformed_claims`, `jwt_unknown_issuer`, `jwt_algorithm_not_allowed`, `jwt_critical_header`, "
            + "`jwt_unknown_key`, `jwt_bad_signature`, `jwt_expired`, `jwt_not_yet_valid`, `jwt_keys_unavailable`; "
            + "403 (cause `UNAUTHORIZED`): `jwt_wrong_audience`, `jwt_claim_not_allowed`. Claims are metadata "
            + "under `envoy.filters.http.jwt_authn`, by the name of the provider, and `{claim.name}` for later "
            + "filters. Headers of `claimsToHeaders` that a client sends are removed.")
    @Example("{providers: [{name: 'main', issuer: 'https://id.example', audiences: ['shop'], keys: {url: "
            + "'https://id.example/keys'}, claimsToHeaders: [{claim: 'sub', header: 'x-user'}]}], require: "
            + "[{claim: 'realm.roles', values: ['shopper']}]}")
    public record Config(
            @Doc("The issuers.") @Size(min = 1, max = 16) List<Provider> providers,

            @Doc("Conditions on the claims, all of which must hold; else the answer is 403.") @Size(max = 16)
            List<ClaimRule> require,

            @Doc("Whether requests without a token pass. Those with a bad one never do.") @Default("false")
            boolean allowMissing) {
        public Config {
            providers = List.copyOf(providers);
            require = List.copyOf(require);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public List<ConfigReference> references(Config config) {
        return config.providers.stream()
                .flatMap(provider -> provider.keys.from.stream())
                .map(DataRef::reference)
                .toList();
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        List<Issuer> issuers = config.providers.stream()
                .map(provider -> new Issuer(
                        provider,
                        provider.keys.load(environment, before(provider, environment)),
                        new JwtVerifier(
                                provider.issuer,
                                provider.audiences,
                                provider.algorithms.stream()
                                        .map(Algorithm::jose)
                                        .collect(Collectors.toSet()),
                                provider.clockSkew)))
                .toList();
        issuers.forEach(issuer -> issuer.keys.current());
        return new Filter(config, issuers, environment.clock());
    }

    private static Optional<JwtKeys> before(Provider provider, FilterEnvironment environment) {
        return environment
                .predecessor()
                .flatMap(old -> old instanceof Filter filter
                        ? filter.issuers.stream()
                                .filter(issuer -> issuer.provider.keys.equals(provider.keys))
                                .map(Issuer::keys)
                                .findFirst()
                        : Optional.empty());
    }

    private record Issuer(Provider provider, JwtKeys keys, JwtVerifier verifier) {}

    /** A token that was verified by a certain set of keys. */
    private record Remembered(JwtVerifier.Token token, JwtKeys.KeySet keys) {}

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final List<Issuer> issuers;
        private final InstantSource clock;
        /** Signatures are costly, and clients send the same token many times. */
        private final Cache<String, Remembered> verified =
                Caffeine.newBuilder().maximumSize(REMEMBERED_TOKENS).build();

        Filter(Config config, List<Issuer> issuers, InstantSource clock) {
            this.config = config;
            this.issuers = issuers;
            this.clock = clock;
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            // A client must not be able to say itself what a token should say.
            for (Issuer issuer : issuers) {
                issuer.provider.claimsToHeaders.forEach(claim -> head.headers().remove(claim.header.lower()));
            }
            boolean seen = false;
            boolean malformed = false;
            for (Issuer issuer : issuers) {
                for (String text : tokens(issuer, head)) {
                    seen = true;
                    Optional<JwtVerifier.Token> token = JwtVerifier.Token.parse(text);
                    malformed |= token.isEmpty();
                    if (token.isPresent() && issuer.verifier.isFor(token.get())) {
                        return verify(issuer, token.get(), text, head, exchange);
                    }
                }
            }
            if (!seen) {
                return config.allowMissing ? Verdict.next() : refuse(401, "jwt_missing", "");
            }
            return refuse(401, malformed ? "jwt_malformed" : "jwt_unknown_issuer", " error=\"invalid_token\"");
        }

        private static List<String> tokens(Issuer issuer, RequestHead head) {
            List<String> found = new ArrayList<>();
            for (CredentialCarrier carrier : issuer.provider.tokensFrom) {
                // What has a space is another scheme's credential, such as "Basic …".
                carrier.find(head).filter(text -> text.indexOf(' ') < 0).ifPresent(found::add);
            }
            return found;
        }

        private Verdict verify(
                Issuer issuer, JwtVerifier.Token token, String text, RequestHead head, Exchange exchange) {
            Optional<JwtKeys.KeySet> keys = issuer.keys.current();
            if (keys.isPresent()) {
                JwtVerifier.Outcome outcome = check(issuer, token, text, keys.get());
                if (!(outcome instanceof JwtVerifier.Outcome.UnknownKey) || !issuer.keys.mayLoad()) {
                    return conclude(outcome, issuer, head, exchange);
                }
            } else if (!issuer.keys.mayLoad()) {
                return refuse(401, "jwt_keys_unavailable", "");
            }
            return Verdict.later(issuer.keys
                    .load()
                    .handleAsync(
                            (loaded, failure) -> {
                                if (failure != null) {
                                    exchange.note(
                                            "jwt", "keys of " + issuer.provider.name + ": " + failure.getMessage());
                                    return refuse(401, "jwt_keys_unavailable", "");
                                }
                                return conclude(check(issuer, token, text, loaded), issuer, head, exchange);
                            },
                            exchange.eventLoop()));
        }

        private JwtVerifier.Outcome check(Issuer issuer, JwtVerifier.Token token, String text, JwtKeys.KeySet keys) {
            Instant now = clock.instant();
            String key = issuer.provider.name + ' ' + text;
            Remembered before = verified.getIfPresent(key);
            if (before != null && before.keys == keys) {
                return issuer.verifier.checkClaims(before.token.claims(), now);
            }
            JwtVerifier.Outcome outcome = issuer.verifier.verify(token, keys.keys(), now);
            if (outcome instanceof JwtVerifier.Outcome.Verified) {
                verified.put(key, new Remembered(token, keys));
            }
            return outcome;
        }

        private Verdict conclude(JwtVerifier.Outcome outcome, Issuer issuer, RequestHead head, Exchange exchange) {
            return switch (outcome) {
                case JwtVerifier.Outcome.Verified verified -> admit(verified.claims(), issuer.provider, head, exchange);
                case JwtVerifier.Outcome.UnknownKey _ -> refuse(401, "jwt_unknown_key", " error=\"invalid_token\"");
                case JwtVerifier.Outcome.Refused refused ->
                    refuse(refused.status(), refused.detail(), " error=\"invalid_token\"");
            };
        }

        private Verdict admit(ObjectNode claims, Provider provider, RequestHead head, Exchange exchange) {
            for (ClaimRule rule : config.require) {
                if (!holds(rule, claims)) {
                    return refuse(403, "jwt_claim_not_allowed", " error=\"insufficient_scope\"");
                }
            }
            exchange.set(ExchangeKeys.CLAIMS, claims);
            exchange.metadata()
                    .computeIfAbsent(METADATA, _ -> JsonNodeFactory.instance.objectNode())
                    .set(provider.name, claims.deepCopy());
            for (ClaimHeader claim : provider.claimsToHeaders) {
                RequestValues.claim(claims, claim.claim)
                        .filter(value -> value.chars().noneMatch(c -> c < ' ' || c == 0x7f))
                        .ifPresent(value -> head.headers().set(claim.header.lower(), value));
            }
            if (!provider.forward) {
                provider.tokensFrom.forEach(carrier -> carrier.hide(head));
            }
            return Verdict.next();
        }

        private static boolean holds(ClaimRule rule, ObjectNode claims) {
            return RequestValues.claim(claims, rule.claim)
                    .filter(joined -> Stream.concat(Stream.of(joined), Stream.of(joined.split("[, ]", -1)))
                            .anyMatch(rule.values::contains))
                    .isPresent();
        }

        private static Verdict refuse(int status, String detail, String error) {
            ReplyCause cause = status == 403 ? ReplyCause.UNAUTHORIZED : ReplyCause.UNAUTHENTICATED;
            String text = status == 403 ? "This token does not permit that\n" : "A valid token is required\n";
            return Verdict.reply(LocalReply.of(status, text, cause, detail)
                    .withHeaders(HttpHeaders.of(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer" + error)));
        }
    }
}

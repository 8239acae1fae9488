package dev.waypoint.filters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.security.Key;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Checks the signature and the claims of one token (RFC 7519) by given keys. Pure: no clock, no input or output. */
final class JwtVerifier {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefaultJWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();

    private final Optional<String> issuer;
    private final List<String> audiences;
    private final Set<JWSAlgorithm> algorithms;
    private final Duration clockSkew;

    JwtVerifier(Optional<String> issuer, List<String> audiences, Set<JWSAlgorithm> algorithms, Duration clockSkew) {
        this.issuer = issuer;
        this.audiences = audiences;
        this.algorithms = algorithms;
        this.clockSkew = clockSkew;
    }

    /** What came of a token. */
    sealed interface Outcome {

        /** All is well. */
        record Verified(ObjectNode claims) implements Outcome {}

        /** None of the keys is the one that signed it. */
        record UnknownKey() implements Outcome {}

        /** Refused; the detail says why. */
        record Refused(int status, String detail) implements Outcome {}
    }

    /** A token taken apart, unverified. */
    record Token(SignedJWT jwt, ObjectNode claims) {

        /** Takes a token apart; empty if it is none. */
        static Optional<Token> parse(String text) {
            try {
                SignedJWT jwt = SignedJWT.parse(text);
                return JSON.readTree(jwt.getPayload().toString()) instanceof ObjectNode claims
                        ? Optional.of(new Token(jwt, claims))
                        : Optional.empty();
            } catch (ParseException | IOException | IllegalArgumentException malformed) {
                return Optional.empty();
            }
        }
    }

    /** Whether a token is from this verifier's issuer. */
    boolean isFor(Token token) {
        return issuer.isEmpty() || issuer.get().equals(token.claims.path("iss").asText(""));
    }

    Outcome verify(Token token, JWKSet keys, Instant now) {
        JWSAlgorithm algorithm = token.jwt.getHeader().getAlgorithm();
        if (!algorithms.contains(algorithm)) {
            return new Outcome.Refused(401, "jwt_algorithm_not_allowed");
        }
        if (token.jwt.getHeader().getCriticalParams() != null) {
            return new Outcome.Refused(401, "jwt_critical_header");
        }
        List<JWK> candidates = new JWKSelector(JWKMatcher.forJWSHeader(token.jwt.getHeader())).select(keys);
        if (candidates.isEmpty()) {
            return new Outcome.UnknownKey();
        }
        if (candidates.stream().noneMatch(key -> isSignedBy(token.jwt, key))) {
            return new Outcome.Refused(401, "jwt_bad_signature");
        }
        return checkClaims(token.claims, now);
    }

    private static boolean isSignedBy(SignedJWT jwt, JWK jwk) {
        try {
            Key key = jwk instanceof AsymmetricJWK asymmetric
                    ? asymmetric.toPublicKey()
                    : jwk.toOctetSequenceKey().toSecretKey();
            JWSVerifier verifier = VERIFIERS.createJWSVerifier(jwt.getHeader(), key);
            return jwt.verify(verifier);
        } catch (JOSEException unsuitable) {
            return false;
        }
    }

    /** Checks all but the signature, of a token whose signature was found right before. */
    Outcome checkClaims(ObjectNode claims, Instant now) {
        JsonNode expiry = claims.path("exp");
        JsonNode start = claims.path("nbf");
        if ((!expiry.isMissingNode() && !expiry.isNumber()) || (!start.isMissingNode() && !start.isNumber())) {
            return new Outcome.Refused(401, "jwt_malformed_claims");
        }
        double seconds = now.toEpochMilli() / 1000.0;
        if (expiry.isNumber() && seconds - clockSkew.toSeconds() >= expiry.doubleValue()) {
            return new Outcome.Refused(401, "jwt_expired");
        }
        if (start.isNumber() && seconds + clockSkew.toSeconds() < start.doubleValue()) {
            return new Outcome.Refused(401, "jwt_not_yet_valid");
        }
        return hasAudience(claims.path("aud"))
                ? new Outcome.Verified(claims)
                : new Outcome.Refused(403, "jwt_wrong_audience");
    }

    private boolean hasAudience(JsonNode claim) {
        return audiences.isEmpty()
                || audiences.contains(claim.asText(""))
                || StreamSupport.stream(claim.spliterator(), false)
                        .anyMatch(entry -> entry.isTextual() && audiences.contains(entry.textValue()));
    }
}

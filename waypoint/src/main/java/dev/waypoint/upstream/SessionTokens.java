package dev.waypoint.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session values that name an endpoint and cannot be made up by clients: {@code base64url(seconds, backend, address, signature)}, signed
 * with HMAC-SHA256 over a scope as well, so that a value of one rule is worth nothing for another. The address is signed, not hidden.
 */
public final class SessionTokens {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;
    private static final int MAX_CHARACTERS = 1024;
    private static final char SEPARATOR = '\n';

    private final SecretKeySpec key;
    private final InstantSource clock;

    /**
     * What a value says.
     *
     * @param backend the backend's name: two backends of a rule may have the same endpoint, but different filters
     * @param address the endpoint, {@code host:port}
     * @param begun when the session began
     */
    public record Session(String backend, String address, Instant begun) {}

    /**
     * Signs with one secret, which all replicas must share for sessions to survive a change of replica.
     *
     * @param secret at least 16 bytes
     */
    public SessionTokens(byte[] secret, InstantSource clock) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("a session secret of at least 16 bytes expected, got " + secret.length);
        }
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.clock = clock;
    }

    /** Tokens of one process alone, with a secret made up now: after a restart, and for other replicas, they are worth nothing. */
    public static SessionTokens ofThisProcess(InstantSource clock) {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new SessionTokens(secret, clock);
    }

    /** What time it is for sessions. */
    Instant now() {
        return clock.instant();
    }

    /** The value of a session. */
    public String encode(String scope, Session session) {
        byte[] place = (session.backend() + SEPARATOR + session.address()).getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(Long.BYTES + place.length)
                .putLong(session.begun().getEpochSecond())
                .put(place)
                .array();
        byte[] all = Arrays.copyOf(body, body.length + SIGNATURE_BYTES);
        System.arraycopy(sign(scope, body), 0, all, body.length, SIGNATURE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /**
     * Reads a value.
     *
     * @param lifetime the longest life of a session; zero for no bound
     * @return empty if it was not made by us for this scope, or has expired
     */
    public Optional<Session> decode(String scope, String value, Duration lifetime) {
        if (value.isEmpty() || value.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int length = all.length - SIGNATURE_BYTES;
        if (length <= Long.BYTES) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(all, length);
        byte[] signature = Arrays.copyOfRange(all, length, all.length);
        if (!MessageDigest.isEqual(signature, sign(scope, body))) {
            return Optional.empty();
        }
        Instant begun = Instant.ofEpochSecond(ByteBuffer.wrap(body).getLong());
        if (!lifetime.isZero() && begun.plus(lifetime).isBefore(clock.instant())) {
            return Optional.empty();
        }
        String place = new String(body, Long.BYTES, length - Long.BYTES, StandardCharsets.UTF_8);
        int separator = place.indexOf(SEPARATOR);
        return separator < 0
                ? Optional.empty()
                : Optional.of(new Session(place.substring(0, separator), place.substring(separator + 1), begun));
    }

    private byte[] sign(String scope, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(scope.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(body), SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

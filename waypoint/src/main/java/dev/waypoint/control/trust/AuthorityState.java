package dev.waypoint.control.trust;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The authorities of a controller. A successor is made known to all proxies before it signs anything, and the predecessor is
 * believed until it ends.
 *
 * @param current signs
 * @param next will sign
 * @param previous do not sign any more
 */
record AuthorityState(KeyAndCertificate current, Optional<KeyAndCertificate> next, List<X509Certificate> previous) {

    private static final Duration SKEW = Duration.ofMinutes(5);

    AuthorityState {
        previous = List.copyOf(previous);
    }

    /**
     * How long certificates live.
     *
     * @param authority an authority; its successor is made after two thirds
     * @param overlap how long a successor is only known before it signs; longer than any proxy needs to see it
     * @param serving a certificate that the controller shows; renewed after two thirds
     */
    record Lifetimes(Duration authority, Duration overlap, Duration serving) {
        static final Lifetimes DEFAULT = new Lifetimes(Duration.ofDays(365), Duration.ofDays(1), Duration.ofDays(1));
    }

    static AuthorityState first(Instant now, Lifetimes lifetimes) {
        return new AuthorityState(newAuthority(now, lifetimes), Optional.empty(), List.of());
    }

    private static KeyAndCertificate newAuthority(Instant now, Lifetimes lifetimes) {
        return KeyAndCertificate.authority(
                "Waypoint authority " + now, now.minus(SKEW), now.plus(lifetimes.authority()));
    }

    /** What should be now; equal to this if nothing is due. */
    AuthorityState advance(Instant now, Lifetimes lifetimes) {
        Optional<KeyAndCertificate> ready = next.filter(
                successor -> !now.isBefore(successor.begins().plus(SKEW).plus(lifetimes.overlap()))
                        || !now.isBefore(current.ends()));
        if (ready.isPresent()) {
            List<X509Certificate> old = new ArrayList<>(previous);
            old.add(current.certificate());
            return new AuthorityState(ready.get(), Optional.empty(), unexpired(old, now)).advance(now, lifetimes);
        }
        List<X509Certificate> valid = unexpired(previous, now);
        boolean due = next.isEmpty() && !now.isBefore(twoThirds(current));
        if (!due) {
            return valid.size() == previous.size() ? this : new AuthorityState(current, next, valid);
        }
        AuthorityState renewed = new AuthorityState(current, Optional.of(newAuthority(now, lifetimes)), valid);
        // Nobody renewed it in time: whoever believes in it is let down already, so the successor signs at once.
        return now.isBefore(current.ends()) ? renewed : renewed.advance(now, lifetimes);
    }

    private static List<X509Certificate> unexpired(List<X509Certificate> certificates, Instant now) {
        return certificates.stream()
                .filter(one -> one.getNotAfter().toInstant().isAfter(now))
                .toList();
    }

    /** When two thirds of its life are over. */
    static Instant twoThirds(KeyAndCertificate one) {
        return one.begins()
                .plus(Duration.between(one.begins(), one.ends()).multipliedBy(2).dividedBy(3));
    }

    /** A certificate for the controller. */
    KeyAndCertificate serving(List<String> names, Instant now, Lifetimes lifetimes) {
        return current.issue(names, now.minus(SKEW), now.plus(lifetimes.serving()));
    }

    /** What proxies must trust, as PEM. */
    String authorities() {
        return Stream.concat(
                        Stream.concat(Stream.of(current), next.stream()).map(KeyAndCertificate::certificate),
                        previous.stream())
                .map(KeyAndCertificate::pem)
                .collect(Collectors.joining());
    }

    // ---- as the data of a Secret

    Map<String, String> data() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("tls.crt", current.certificatePem());
        data.put("tls.key", current.keyPem());
        next.ifPresent(successor -> {
            data.put("next.crt", successor.certificatePem());
            data.put("next.key", successor.keyPem());
        });
        if (!previous.isEmpty()) {
            data.put(
                    "previous.crt",
                    previous.stream().map(KeyAndCertificate::pem).collect(Collectors.joining()));
        }
        return data;
    }

    /**
     * Reads {@link #data}.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    static AuthorityState read(Map<String, String> data) {
        return new AuthorityState(
                KeyAndCertificate.read(data.getOrDefault("tls.crt", ""), data.getOrDefault("tls.key", "")),
                data.containsKey("next.crt")
                        ? Optional.of(KeyAndCertificate.read(
                                data.getOrDefault("next.crt", ""), data.getOrDefault("next.key", "")))
                        : Optional.empty(),
                Optional.ofNullable(data.get("previous.crt"))
                        .map(KeyAndCertificate::certificates)
                        .orElse(List.of()));
    }
}

package dev.waypoint.control.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.trust.AuthorityState.Lifetimes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerAuthorityTest {

    private static final Lifetimes LIFETIMES =
            new Lifetimes(Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(3));

    private final MemoryStore store = new MemoryStore();
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    private ControllerAuthority replica() throws IOException {
        return new ControllerAuthority(store, List.of("waypoint.system.svc", "waypoint"), () -> now, LIFETIMES);
    }

    @Test
    void certificatesAreWhatTheJdkExpects() throws Exception {
        KeyAndCertificate authority = KeyAndCertificate.authority("An authority", now, now.plus(Duration.ofDays(9000)));
        KeyAndCertificate server =
                authority.issue(List.of("a.example", "b.example"), now, now.plus(Duration.ofDays(1)));

        X509Certificate certificate = server.certificate();
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> (String) name.get(1)))
                .containsExactly("a.example", "b.example");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getKeyUsage()[0]).isTrue();
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(authority.certificate().getBasicConstraints()).isZero();
        assertThat(authority.certificate().getKeyUsage()[5]).isTrue();
        assertThat(authority.ends()).as("a time beyond 2049").isEqualTo(now.plus(Duration.ofDays(9000)));
    }

    @Test
    void replicasShareOneAuthorityAndHaveCertificatesOfTheirOwn() throws Exception {
        try (ControllerAuthority one = replica();
                ControllerAuthority other = replica()) {
            assertThat(one.authorities()).isEqualTo(other.authorities());
            assertThat(shown(one)).isNotEqualTo(shown(other));
        }
    }

    @Test
    void theCertificateIsRenewedLongBeforeItEnds() throws Exception {
        try (ControllerAuthority authority = replica()) {
            X509Certificate first = shown(authority);
            now = now.plus(Duration.ofDays(1));
            authority.refresh();
            assertThat(shown(authority)).isEqualTo(first);

            now = now.plus(Duration.ofDays(1));
            authority.refresh();
            assertThat(shown(authority)).isNotEqualTo(first);
        }
    }

    /** The bundle of every moment has the authority of every certificate that is shown then or a day later. */
    @Test
    void aSuccessorIsKnownADayBeforeItSigns() throws Exception {
        List<String> told = new ArrayList<>();
        try (ControllerAuthority authority = replica();
                ControllerAuthority other = replica()) {
            authority.onAuthorities(() -> told.add(authority.authorities()));
            String before = authority.authorities();
            for (int hours = 0; hours < 200 * 24; hours += 6) {
                now = now.plus(Duration.ofHours(6));
                (hours % 12 == 0 ? other : authority).refresh();
                String bundle = authority.authorities();
                if (hours % 24 == 0) {
                    assertThat(isTrusted(shown(other), before))
                            .as("after %d hours", hours)
                            .isTrue();
                    before = bundle;
                }
                assertThat(isTrusted(shown(authority), bundle)).isTrue();
                assertThat(shown(authority).getNotAfter()).isAfter(Date.from(now));
            }
        }
        assertThat(told).as("changes of the bundle in 200 days").hasSizeBetween(6, 10);
    }

    /** Nobody was there to make a successor in time. */
    @Test
    void aControllerThatWasAwayUntilItsAuthorityEndedHasAnotherAtOnce() throws Exception {
        String before;
        try (ControllerAuthority authority = replica()) {
            before = authority.authorities();
        }
        now = now.plus(Duration.ofDays(400));
        try (ControllerAuthority authority = replica()) {
            assertThat(isTrusted(shown(authority), before)).isFalse();
            assertThat(isTrusted(shown(authority), authority.authorities())).isTrue();
            assertThat(KeyAndCertificate.certificates(authority.authorities()))
                    .allMatch(one -> one.getNotAfter().toInstant().isAfter(now));
        }
    }

    private static boolean isTrusted(X509Certificate certificate, String bundle) {
        return KeyAndCertificate.certificates(bundle).stream().anyMatch(authority -> {
            try {
                certificate.verify(authority.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        });
    }

    private static X509Certificate shown(ControllerAuthority authority) {
        String alias = authority.keys().getServerAliases("EC", null)[0];
        return authority.keys().getCertificateChain(alias)[0];
    }
}

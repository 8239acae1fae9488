package dev.waypoint.control.trust;

import static dev.waypoint.control.stream.TestController.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.stream.Configs;
import dev.waypoint.control.stream.TestController;
import dev.waypoint.control.stream.TestProxy;
import dev.waypoint.control.trust.AuthorityState.Lifetimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and authorities change under streams that run. */
class RotationTest {

    private static final Lifetimes LIFETIMES =
            new Lifetimes(Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(3));

    private Instant now = Instant.now();

    @TempDir
    Path folder;

    private ControllerAuthority authority() throws IOException {
        return new ControllerAuthority(new MemoryStore(), List.of("localhost"), () -> now, LIFETIMES);
    }

    @Test
    void aStreamRunsOnWhileTheCertificateChanges() throws Exception {
        ControllerAuthority authority = authority();
        try (TestController controller = TestController.start(authority);
                TestProxy proxy = new TestProxy(folder, controller, SHOP, "shop-token").start()) {
            controller.publish(SHOP, 1, new Configs(1).ir());
            proxy.awaitVersion(1);
            X509Certificate before = shownBy(controller.port());

            now = now.plus(Duration.ofDays(2).plusHours(12));
            authority.refresh();
            X509Certificate after = shownBy(controller.port());

            assertThat(after).isNotEqualTo(before);
            assertThat(after.getIssuerX500Principal()).isEqualTo(before.getIssuerX500Principal());
            controller.publish(SHOP, 2, new Configs(2).ir());
            proxy.awaitVersion(2);
            assertThat(proxy.client.status().counts().streams()).isEqualTo(1);
        }
    }

    /** A proxy that sees its file of authorities a day late still finds its controller. */
    @Test
    void aNewAuthorityTakesOver() throws Exception {
        ControllerAuthority authority = authority();
        try (TestController controller = TestController.start(authority)) {
            X509Certificate before = shownBy(controller.port());
            now = now.plus(Duration.ofDays(61));
            authority.refresh();
            String early = controller.authorities();
            now = now.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(1));
            authority.refresh();

            X509Certificate after = shownBy(controller.port());
            assertThat(after.getIssuerX500Principal()).isNotEqualTo(before.getIssuerX500Principal());
            assertThat(KeyAndCertificate.certificates(early))
                    .as("what proxies knew a day before")
                    .anyMatch(one -> one.getSubjectX500Principal().equals(after.getIssuerX500Principal()));
            assertThat(KeyAndCertificate.certificates(controller.authorities())).hasSize(2);
        }
    }

    /**
     * The controller is away for more than a year: its authority has ended, and the proxy's token was renewed many times. The
     * cluster writes both files anew; the proxy serves what it had, and comes back by itself.
     */
    @Test
    void aProxyFindsItsControllerAgainThoughEverythingHasEndedMeanwhile() throws Exception {
        try (TestController before = TestController.start();
                TestProxy proxy = new TestProxy(folder, before, SHOP, "shop-token").start()) {
            before.publish(SHOP, 1, new Configs(1).ir());
            proxy.awaitVersion(1);
        }
        MemoryStore store = new MemoryStore();
        store.save(
                AuthorityState.first(Instant.now().minus(Duration.ofDays(400)), Lifetimes.DEFAULT)
                        .data(),
                Optional.empty());
        String ended = AuthorityState.read(store.load().orElseThrow().data()).authorities();
        try (TestController after = TestController.start(ControllerAuthority.open(store, List.of("localhost")));
                TestProxy proxy = new TestProxy(folder, after, SHOP, "token-that-has-ended")) {
            Files.writeString(folder.resolve("ca.crt"), ended);
            assertThat(proxy.client.restore()).isTrue();
            after.publish(SHOP, 2, new Configs(2).ir());
            proxy.start();
            TestProxy.await(
                    "a controller that nobody vouches for",
                    () -> !proxy.client.status().problem().isEmpty());
            assertThat(proxy.client.status().version()).isEqualTo(1);

            Files.writeString(folder.resolve("ca.crt"), after.authorities());
            TestProxy.await(
                    "a token that has ended",
                    () -> proxy.client.status().problem().contains("token"));
            Files.writeString(folder.resolve("token"), "shop-token\n");
            proxy.awaitVersion(2);
        }
    }

    /** The certificate that a new connection gets. */
    private static X509Certificate shownBy(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("there is no client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            assertThat(chain).isNotEmpty();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

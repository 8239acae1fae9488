package dev.waypoint.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.control.stream.ProxyIdentity;
import dev.waypoint.control.trust.AuthorityStore.Stored;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cluster is asked, and how its answers are taken. */
class ClusterTrustTest {

    private static final String AUDIENCE = "waypoint.dev/controller";

    @Nested
    @SuppressWarnings("NullAway.Init") // the fields are filled by the extension
    @EnableKubernetesMockClient(crud = true)
    class Store {
        KubernetesMockServer server;
        KubernetesClient client;

        @Test
        void keepsTheAuthorityInASecret() throws Exception {
            SecretAuthorityStore store = new SecretAuthorityStore(client, "system", "authority");
            assertThat(store.load()).isEmpty();
            assertThat(store.save(Map.of("tls.crt", "a"), Optional.empty())).isTrue();
            Stored first = store.load().orElseThrow();
            assertThat(first.data()).isEqualTo(Map.of("tls.crt", "a"));

            assertThat(store.save(Map.of("tls.crt", "b"), Optional.empty()))
                    .as("somebody else was faster")
                    .isFalse();
            assertThat(store.save(Map.of("tls.crt", "b"), Optional.of(first.version())))
                    .isTrue();
            assertThat(store.load().orElseThrow().data()).isEqualTo(Map.of("tls.crt", "b"));
        }

        @Test
        void twoReplicasAgree() throws Exception {
            AuthorityStore store = new SecretAuthorityStore(client, "system", "shared");
            try (ControllerAuthority one = ControllerAuthority.open(store, List.of("a"));
                    ControllerAuthority other = ControllerAuthority.open(store, List.of("a"))) {
                assertThat(one.authorities()).isEqualTo(other.authorities());
            }
        }
    }

    @Nested
    @SuppressWarnings("NullAway.Init") // the fields are filled by the extension
    @EnableKubernetesMockClient
    class Tokens {
        KubernetesMockServer server;
        KubernetesClient client;

        static Stream<Arguments> reviews() {
            String account = "system:serviceaccount:shop:edge";
            return Stream.of(
                    Arguments.of(
                            "of a pod",
                            review(
                                    true,
                                    account,
                                    AUDIENCE,
                                    Map.of("authentication.kubernetes.io/pod-name", List.of("edge-1"))),
                            Optional.of(new ProxyIdentity("shop", "edge", Optional.of("edge-1")))),
                    Arguments.of(
                            "of no pod",
                            review(true, account, AUDIENCE, Map.of()),
                            Optional.of(new ProxyIdentity("shop", "edge", Optional.empty()))),
                    Arguments.of("not valid", review(false, account, AUDIENCE, Map.of()), Optional.empty()),
                    Arguments.of("for another audience", review(true, account, "api", Map.of()), Optional.empty()),
                    Arguments.of("of a person", review(true, "anna", AUDIENCE, Map.of()), Optional.empty()));
        }

        private static TokenReview review(
                boolean valid, String user, String audience, Map<String, List<String>> extra) {
            return new TokenReviewBuilder()
                    .withNewStatus()
                    .withAuthenticated(valid)
                    .withAudiences(audience)
                    .withNewUser()
                    .withUsername(user)
                    .withExtra(extra)
                    .endUser()
                    .endStatus()
                    .build();
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("reviews")
        void belongToServiceAccounts(String name, TokenReview answer, Optional<ProxyIdentity> expected)
                throws IOException {
            server.expect()
                    .post()
                    .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
                    .andReturn(201, answer)
                    .once();
            assertThat(new ClusterTokens(client, AUDIENCE).review("token")).isEqualTo(expected);
        }

        @Test
        void whatCannotBeReviewedIsNotJudged() {
            server.expect()
                    .post()
                    .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
                    .andReturn(403, "")
                    .always();
            assertThatThrownBy(() -> new ClusterTokens(client, AUDIENCE).review("token"))
                    .isInstanceOf(IOException.class);
        }
    }
}

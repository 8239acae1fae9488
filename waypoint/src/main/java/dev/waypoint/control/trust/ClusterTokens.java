package dev.waypoint.control.trust;

import dev.waypoint.control.stream.ProxyIdentity;
import dev.waypoint.control.stream.TokenReviewer;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Asks the API server whose token it is. The controller needs the permission to create {@code tokenreviews}. */
public final class ClusterTokens implements TokenReviewer {

    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String POD = "authentication.kubernetes.io/pod-name";

    private final KubernetesClient client;
    private final String audience;

    /** @param audience what tokens must have been made for */
    public ClusterTokens(KubernetesClient client, String audience) {
        this.client = client;
        this.audience = audience;
    }

    @Override
    public Optional<ProxyIdentity> review(String token) throws IOException {
        TokenReview asked = new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(audience)
                .endSpec()
                .build();
        try {
            TokenReview reviewed = client.authentication().v1().tokenReviews().create(asked);
            return Optional.ofNullable(reviewed.getStatus()).flatMap(this::identity);
        } catch (KubernetesClientException e) {
            throw new IOException("the API server does not review tokens now: " + e.getMessage(), e);
        }
    }

    private Optional<ProxyIdentity> identity(TokenReviewStatus status) {
        boolean valid = Boolean.TRUE.equals(status.getAuthenticated())
                && status.getAudiences() != null
                && status.getAudiences().contains(audience)
                && status.getUser() != null
                && status.getUser().getUsername().startsWith(SERVICE_ACCOUNT);
        if (!valid) {
            return Optional.empty();
        }
        String[] account = status.getUser()
                .getUsername()
                .substring(SERVICE_ACCOUNT.length())
                .split(":", 2);
        Optional<String> pod = Optional.ofNullable(status.getUser().getExtra())
                .map(extra -> extra.getOrDefault(POD, List.of()))
                .filter(names -> !names.isEmpty())
                .map(List::getFirst);
        return account.length == 2 ? Optional.of(new ProxyIdentity(account[0], account[1], pod)) : Optional.empty();
    }
}

package dev.waypoint.source.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Connects to the cluster of the pod's service account, or of KUBECONFIG. */
public final class ClusterClients {

    private ClusterClients() {}

    /** Connects as the environment says. */
    public static KubernetesClient open() {
        return open(Config.autoConfigure(null));
    }

    /** Connects as a kubeconfig says. */
    public static KubernetesClient open(Path kubeconfig) {
        return open(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    private static KubernetesClient open(Config config) {
        if (config.getClientKeyData() != null && isElliptic(config.getClientKeyData())) {
            // The client takes a key for one of RSA unless its PEM names another algorithm, which PKCS #8 does inside
            // only.
            config.setClientKeyAlgo("EC");
        }
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Whether data of a kubeconfig, PEM in Base64, is a key on an elliptic curve in PKCS #8. */
    public static boolean isElliptic(String data) {
        try {
            String pem = new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
            if (!pem.contains("BEGIN PRIVATE KEY")) {
                return false;
            }
            byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}

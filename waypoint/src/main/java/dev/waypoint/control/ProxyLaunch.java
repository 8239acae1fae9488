package dev.waypoint.control;

import java.util.List;

/**
 * How a proxy is started in its pod: what the controller writes into the Deployment, and what {@code waypoint proxy} expects.
 */
public final class ProxyLaunch {

    /** The audience of the token by which a proxy proves who it is. */
    public static final String TOKEN_AUDIENCE = "waypoint.dev/controller";

    /** The token; the cluster renews it, so it must be read anew for each connection. */
    public static final String TOKEN_FILE = "/var/run/waypoint/token/token";

    /** The authorities (PEM) that the controller is known by; changes during a rotation. */
    public static final String AUTHORITIES_FILE = "/var/run/waypoint/authorities/ca.crt";

    /** A folder in memory for the last good configuration; survives the process, not the pod. */
    public static final String STATE_FOLDER = "/var/lib/waypoint";

    /** What signs the sessions of clients, if a Secret is mounted here: the same for all replicas. */
    public static final String SESSION_SECRET_FILE = "/var/run/waypoint/sessions/secret";

    /** The pod's name, in the environment. */
    public static final String POD_NAME = "POD_NAME";

    /** The pod's namespace, in the environment. */
    public static final String POD_NAMESPACE = "POD_NAMESPACE";

    /** The port of {@code /healthz/ready} and {@code /healthz/live}, on all addresses. */
    public static final int HEALTH_PORT = 15021;

    /** The port of {@code /stats/prometheus}, on all addresses. */
    public static final int METRICS_PORT = 15020;

    /** The port of the admin pages, on loopback. */
    public static final int ADMIN_PORT = 15000;

    /** The port of the config stream on the controller. */
    public static final int STREAM_PORT = 15010;

    private ProxyLaunch() {}

    /**
     * The arguments of the program.
     *
     * @param controller where the stream is, {@code host:port}
     */
    public static List<String> arguments(DataPlane plane, String controller) {
        return List.of(
                "proxy", "--controller=" + controller, "--namespace=" + plane.namespace(), "--name=" + plane.name());
    }
}

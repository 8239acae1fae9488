package dev.waypoint.ir;

/**
 * Names a backend.
 *
 * @param namespace the Service's namespace
 * @param service the Service's name
 * @param port the Service's port
 * @param variant what tells apart several ways to treat one Service, such as the Gateway whose client certificate is used;
 *     mostly empty
 */
public record BackendId(String namespace, String service, int port, String variant) {

    /** The plain way to treat a Service. */
    public static BackendId of(String namespace, String service, int port) {
        return new BackendId(namespace, service, port, "");
    }

    /** Prints {@code shop/cart:8080}, as logs and metrics show it. */
    @Override
    public String toString() {
        String prefix = namespace.isEmpty() ? "" : namespace + "/";
        return prefix + service + ":" + port + (variant.isEmpty() ? "" : "@" + variant);
    }
}

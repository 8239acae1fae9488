package dev.waypoint.control;

/**
 * The proxies of one Deployment. They all get the same configuration.
 *
 * @param namespace where Deployment, ServiceAccount and Service are
 * @param name the name of all three; a proxy proves with a token of this ServiceAccount that it belongs here
 */
public record DataPlane(String namespace, String name) implements Comparable<DataPlane> {

    @Override
    public int compareTo(DataPlane other) {
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    /** Prints {@code shop/waypoint}, as logs and metrics show it. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

package dev.waypoint.install;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import java.util.List;
import java.util.Locale;

/**
 * One of our kinds as kubectl shows it.
 *
 * @param kind the kind
 * @param plural its name in addresses
 * @param shortName what people type
 * @param policy whether it is attached to targets, so that the tools of GEP-713 find it and its status names ancestors
 * @param layered whether several objects are laid over each other field by field: the API server must not fill in defaults then
 * @param columns what {@code kubectl get} prints besides name and age
 */
record OwnKind(Kind<?> kind, String plural, String shortName, boolean policy, boolean layered, List<Column> columns) {

    OwnKind {
        columns = List.copyOf(columns);
    }

    /**
     * A column.
     *
     * @param wide whether it is printed with {@code -o wide} only
     */
    record Column(String name, String path, boolean wide) {}

    private static final Column TARGET_KIND = new Column("Kind", ".spec.targetRefs[*].kind", false);
    private static final Column TARGET = new Column("Target", ".spec.targetRefs[*].name", false);
    private static final Column ACCEPTED = condition("Accepted");
    private static final Column PROGRAMMED = condition("Programmed");

    /** All of them. */
    static final List<OwnKind> ALL = List.of(
            policy(Kinds.RATE_LIMIT_POLICY, "ratelimitpolicies", "rlp", ".spec.limits[*].name", "Limits"),
            policy(Kinds.EXT_PROC_POLICY, "extprocpolicies", "xpp", ".spec.providerRef.name", "Provider"),
            policy(Kinds.TRAFFIC_POLICY, "trafficpolicies", "tp", ".spec.strategy", "Strategy"),
            policy(Kinds.HTTP_FILTER, "httpfilters", "hf", ".spec.filter", "Filter"),
            new OwnKind(
                    Kinds.EXT_PROC_PROVIDER,
                    "extprocproviders",
                    "xpr",
                    false,
                    false,
                    List.of(
                            new Column("Service", ".spec.backendRef.name", false),
                            new Column("Port", ".spec.backendRef.port", false),
                            new Column("Timeout", ".spec.messageTimeout", false),
                            new Column("Failure", ".spec.failureMode", false))),
            new OwnKind(
                    Kinds.WAYPOINT_PARAMETERS,
                    "waypointparameters",
                    "wpp",
                    false,
                    true,
                    List.of(
                            new Column("Replicas", ".spec.deployment.replicas", false),
                            new Column("Max", ".spec.deployment.maxReplicas", false),
                            new Column("Service", ".spec.service.type", false))));

    /** The name in the singular, in lower case. */
    String singular() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** The name of the definition. */
    String definition() {
        return plural + "." + kind.group();
    }

    private static OwnKind policy(Kind<?> kind, String plural, String shortName, String path, String title) {
        return new OwnKind(
                kind,
                plural,
                shortName,
                true,
                false,
                List.of(TARGET_KIND, TARGET, new Column(title, path, false), ACCEPTED, PROGRAMMED));
    }

    private static Column condition(String type) {
        return new Column(type, ".status.ancestors[*].conditions[?(@.type==\"" + type + "\")].status", false);
    }
}

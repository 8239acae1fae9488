package dev.waypoint.observe;

import java.util.List;

/** Every metric of our own: the reference page is made from this list. Durations are in seconds unless the name says otherwise. */
public enum Metric {
    REQUESTS(
            "waypoint_requests",
            Kind.COUNTER,
            "Finished requests. flag is the response flag of the access log, - for none",
            "listener",
            "route",
            "rule",
            "backend",
            "code",
            "flag",
            "protocol"),
    DURATION(
            "waypoint_request_duration_seconds",
            Kind.HISTOGRAM,
            "Time from a request's head to the end of its response",
            "listener",
            "route",
            "rule",
            "backend"),
    REQUEST_BYTES(
            "waypoint_request_body_bytes",
            Kind.COUNTER,
            "Bytes of request bodies",
            "listener",
            "route",
            "rule",
            "backend"),
    RESPONSE_BYTES(
            "waypoint_response_body_bytes",
            Kind.COUNTER,
            "Bytes of response bodies",
            "listener",
            "route",
            "rule",
            "backend"),
    ACTIVE("waypoint_requests_active", Kind.GAUGE, "Requests under way"),
    CONNECTIONS("waypoint_downstream_connections", Kind.GAUGE, "Open connections from clients"),
    ISTIO_REQUESTS(
            "istio_requests",
            Kind.COUNTER,
            "Finished requests, with the labels of Istio's dashboards",
            "reporter",
            "destination_service",
            "destination_service_name",
            "destination_service_namespace",
            "request_protocol",
            "response_code",
            "grpc_response_status",
            "response_flags",
            "connection_security_policy"),
    ISTIO_DURATION(
            "istio_request_duration_milliseconds",
            Kind.HISTOGRAM,
            "Time from a request's head to the end of its response in milliseconds, by destination",
            "reporter",
            "destination_service",
            "destination_service_name",
            "destination_service_namespace"),
    UPSTREAM_EVENTS(
            "waypoint_upstream_events",
            Kind.COUNTER,
            "What happened to a backend: connect, connect_failure, reset, timeout, retry, retry_over_budget, ejection,"
                    + " overflow, mirror, session_kept, session_told",
            "backend",
            "event"),
    UPSTREAM_CONNECTIONS(
            "waypoint_upstream_connections",
            Kind.GAUGE,
            "Open connections to a backend, over all its endpoints (single endpoints are at /endpoints)",
            "backend"),
    UPSTREAM_ENDPOINTS(
            "waypoint_upstream_endpoints",
            Kind.GAUGE,
            "Endpoints of a backend by state: ready, unhealthy, ejected, leaving",
            "backend",
            "state"),
    FILTER_VERDICTS(
            "waypoint_filter_verdicts",
            Kind.COUNTER,
            "What filters decided: next, reply, shadow_reply, reroute, error",
            "filter",
            "owner",
            "verdict"),
    FILTER_EVENTS("waypoint_filter_events", Kind.COUNTER, "What filters count themselves", "filter", "owner", "event"),
    FILTER_VALUES("waypoint_filter_values", Kind.GAUGE, "What filters hold now", "filter", "owner", "name"),
    FILTER_SECONDS(
            "waypoint_filter_seconds", Kind.HISTOGRAM, "What filters measure themselves", "filter", "owner", "event"),
    CALL_DURATION(
            "waypoint_filter_call_duration_seconds",
            Kind.HISTOGRAM,
            "How long another program, such as a processor, took to answer a filter's message",
            "filter",
            "peer",
            "phase"),
    CALL_MESSAGES(
            "waypoint_filter_call_messages",
            Kind.COUNTER,
            "Messages between filters and other programs; way is sent or received",
            "filter",
            "peer",
            "phase",
            "way"),
    CALL_BYTES("waypoint_filter_call_bytes", Kind.COUNTER, "Bytes of those messages", "filter", "peer", "phase", "way"),
    CALLS_ACTIVE("waypoint_filter_calls_active", Kind.GAUGE, "Talks with other programs under way", "filter", "peer"),
    CALLS_BLOCKED(
            "waypoint_filter_calls_blocked",
            Kind.GAUGE,
            "Talks that are held up because the other program takes no more at present",
            "filter",
            "peer"),
    CALL_UNANSWERED(
            "waypoint_filter_call_messages_unanswered",
            Kind.GAUGE,
            "Messages that wait for their answer",
            "filter",
            "peer"),
    CALL_HELD(
            "waypoint_filter_call_held_bytes",
            Kind.GAUGE,
            "Bytes of bodies that are held until the other program has answered",
            "filter",
            "peer"),
    RECORDINGS(
            "waypoint_recordings",
            Kind.COUNTER,
            "Files that filters left for operators: written, lost because too many waited, failed",
            "outcome"),
    CONFIG_VERSION("waypoint_config_version", Kind.GAUGE, "The version of the snapshot in force"),
    CONFIG_CHANGES(
            "waypoint_config_changes",
            Kind.COUNTER,
            "Changes of configuration by outcome: installed, refused",
            "outcome"),
    CONFIG_LAST_CHANGE(
            "waypoint_config_last_change_timestamp_seconds",
            Kind.GAUGE,
            "When a snapshot was installed last, in seconds since 1970"),
    CONFIG_FINDINGS("waypoint_config_findings", Kind.GAUGE, "Findings about the present configuration", "severity"),
    STREAM_CONNECTED(
            "waypoint_config_stream_connected",
            Kind.GAUGE,
            "1 while there is a stream from the controller; only in a proxy that has one"),
    STREAM_VERSION(
            "waypoint_config_stream_version", Kind.GAUGE, "The controller's number of the configuration in force"),
    STREAM_STREAMS("waypoint_config_streams", Kind.COUNTER, "Streams from the controller that came about"),
    STREAM_BYTES(
            "waypoint_config_stream_bytes",
            Kind.COUNTER,
            "Bytes from the controller, before compression and encryption"),
    CONFIG_OBJECTS("waypoint_config_objects", Kind.GAUGE, "Objects of the present configuration"),
    LOOP_LAG("waypoint_event_loop_lag_seconds", Kind.HISTOGRAM, "How late an event loop ran a timer", "loop"),
    LOOP_WORST_LAG(
            "waypoint_event_loop_worst_lag_seconds",
            Kind.GAUGE,
            "The longest lag of an event loop since the metrics were read last",
            "loop"),
    ACCESS_LOG_DROPPED(
            "waypoint_access_log_dropped",
            Kind.COUNTER,
            "Lines of the access log that were lost: the output is too slow");

    /** What kind of metric. Counters get the suffix {@code _total} when they are read. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String base;
    private final Kind kind;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private final List<String> labels;

    Metric(String base, Kind kind, String help, String... labels) {
        this.base = base;
        this.kind = kind;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The name without a counter's suffix. */
    public String base() {
        return base;
    }

    /** The name as Prometheus shows it. */
    public String exposedName() {
        return kind == Kind.COUNTER ? base + "_total" : base;
    }

    /** What kind of metric. */
    public Kind kind() {
        return kind;
    }

    /** What it says. */
    public String help() {
        return help;
    }

    /** The names of its labels. */
    public List<String> labels() {
        return labels;
    }
}

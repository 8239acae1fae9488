package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filters.envoy.Substitution;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the {@code rate_limits} of routes, virtual hosts and filters. */
final class RateRules {

    private static final long MOST_HITS = 1_000_000_000L;

    /** {@code XRateLimitOption} in the order of the numbers. */
    private enum HeaderOption {
        UNSPECIFIED("Unspecified"),
        OFF("Off"),
        DRAFT_VERSION_03("Draft03");

        private final String ours;

        HeaderOption(String ours) {
            this.ours = ours;
        }
    }

    private RateRules() {}

    /** A rule inside of the filter. */
    static Optional<ObjectNode> inline(Message rule) {
        for (String field : new String[] {"stage", "disable_key", "limit"}) {
            if (rule.has(field) && !(field.equals("stage") && rule.string(field).equals("0"))) {
                rule.error(field, "not possible in a rule of the filter itself");
            }
        }
        return rule.flag("apply_on_stream_done", false) ? Optional.empty() : Optional.of(read(rule));
    }

    /** A rule of a route; empty if it belongs to another stage or is switched off. */
    static Optional<ObjectNode> ofRoute(Message rule, long stage) {
        boolean mine = rule.number("stage", 0, 0, 10) == stage;
        rule.noEffect("limit", "the limits are those of the filter's descriptors");
        boolean off = !rule.string("disable_key").isEmpty();
        ObjectNode read = read(rule);
        return mine && !off && !rule.flag("apply_on_stream_done", false) ? Optional.of(read) : Optional.empty();
    }

    private static ObjectNode read(Message rule) {
        rule.binding();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        ArrayNode actions = out.putArray("actions");
        List<Message> sources = rule.messages("actions");
        if (sources.isEmpty()) {
            rule.error("actions", "expected at least one");
        }
        sources.forEach(action -> action(action, actions.addObject()));
        rule.message("hits_addend").ifPresent(hits -> hits(hits, out.putObject("hits")));
        HeaderOption option = rule.choice("x_ratelimit_option", HeaderOption.class, HeaderOption.UNSPECIFIED);
        out.put("headers", option.ours);
        return out;
    }

    private static void hits(Message hits, ObjectNode out) {
        boolean number = hits.has("number");
        String format = hits.string("format");
        if (number == !format.isEmpty()) {
            hits.problems().error(hits.path(), "", "expected either number or format");
        }
        if (number) {
            out.put("number", hits.number("number", 1, 0, MOST_HITS));
        } else {
            out.put("format", format);
            Substitution.problem(format).ifPresent(problem -> hits.error("format", problem));
        }
        out.put("negative", hits.flag("is_negative_hits", false));
    }

    private static void action(Message action, ObjectNode out) {
        action.binding();
        String kind = action.oneOf(
                        "generic_key",
                        "request_headers",
                        "query_parameters",
                        "remote_address",
                        "masked_remote_address",
                        "remote_address_match",
                        "header_value_match",
                        "query_parameter_value_match",
                        "metadata",
                        "source_cluster",
                        "destination_cluster",
                        "dynamic_metadata",
                        "extension")
                .orElse("");
        Message body = action.child(kind);
        switch (kind) {
            case "generic_key" -> fixed(body, "Fixed", "generic_key", out);
            case "request_headers" ->
                taken(body, "Header", body.required("header_name").toLowerCase(Locale.ROOT), out);
            case "query_parameters" -> taken(body, "QueryParameter", body.required("query_parameter_name"), out);
            case "remote_address" -> out.put("type", "RemoteAddress").put("key", "remote_address");
            case "masked_remote_address" -> masked(body, out);
            case "remote_address_match" -> addressMatch(body, out);
            case "header_value_match" -> match(body, "HeaderMatch", "header_match", "headers", out);
            case "query_parameter_value_match" ->
                match(body, "QueryParameterMatch", "query_match", "query_parameters", out);
            case "metadata" -> metadata(body, out);
            default -> {
                out.put("type", "Fixed").put("key", "?").put("value", "?");
                action.problems().error(action.path(), kind, "not an action that is supported");
            }
        }
    }

    private static void fixed(Message body, String type, String key, ObjectNode out) {
        String value = body.required("descriptor_value");
        Substitution.problem(value).ifPresent(problem -> body.error("descriptor_value", problem));
        out.put("type", type)
                .put("key", orElse(body.string("descriptor_key"), key))
                .put("value", value);
        String fallback = body.string("default_value");
        if (!fallback.isEmpty()) {
            body.error("default_value", "not supported");
        }
    }

    private static String orElse(String text, String fallback) {
        return text.isEmpty() ? fallback : text;
    }

    private static void taken(Message body, String type, String from, ObjectNode out) {
        out.put("type", type).put("key", body.required("descriptor_key")).put("from", from);
        out.put("skipIfAbsent", body.flag("skip_if_absent", false));
    }

    private static void masked(Message body, ObjectNode out) {
        out.put("type", "MaskedRemoteAddress").put("key", "masked_remote_address");
        out.put("prefixV4", (int) body.number("v4_prefix_mask_len", 32, 0, 32));
        out.put("prefixV6", (int) body.number("v6_prefix_mask_len", 128, 0, 128));
    }

    private static void addressMatch(Message body, ObjectNode out) {
        fixed(body, "RemoteAddressMatch", "remote_address_match", out);
        out.put("expectMatch", !body.flag("invert_match", false));
        Message matcher = body.child("address_matcher");
        ArrayNode ranges = out.putArray("ranges");
        for (Message range : matcher.messages("ranges")) {
            String address = range.required("address_prefix");
            ranges.add(address + "/" + range.number("prefix_len", address.contains(":") ? 128 : 32, 0, 128));
        }
        if (matcher.flag("invert_match", false)) {
            out.put("expectMatch", body.flag("invert_match", false));
        }
    }

    private static void match(Message body, String type, String key, String conditions, ObjectNode out) {
        fixed(body, type, key, out);
        out.put("expectMatch", body.flag("expect_match", true));
        ArrayNode matches = out.putArray("matches");
        List<Message> sources = body.messages(conditions);
        if (sources.isEmpty()) {
            body.error(conditions, "expected at least one");
        }
        for (Message source : sources) {
            ValueMatches.read(source, type.equals("HeaderMatch"), matches.addObject());
        }
    }

    private static void metadata(Message body, ObjectNode out) {
        String source = orElse(body.string("source"), "DYNAMIC");
        if (!source.equals("DYNAMIC") && !source.equals("0")) {
            body.error("source", "only dynamic metadata is supported");
        }
        Message key = body.child("metadata_key");
        String path = key.messages("path").stream()
                .map(segment -> segment.required("key"))
                .collect(Collectors.joining(":"));
        out.put("type", "Metadata").put("key", body.required("descriptor_key"));
        out.put("from", key.required("key") + ":" + path);
        out.put("value", body.string("default_value"));
        out.put("skipIfAbsent", body.flag("skip_if_absent", false));
    }
}

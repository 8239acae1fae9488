package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.ir.MatchIr.ValueIr;
import java.util.Locale;
import java.util.Optional;

/** Reads matchers of headers and query parameters into the conditions of the {@code envoy-…} filters. */
final class ValueMatches {

    private ValueMatches() {}

    static void read(Message matcher, boolean header, ObjectNode out) {
        matcher.binding();
        String name = matcher.required("name");
        out.put("name", header ? name.toLowerCase(Locale.ROOT) : name);
        if (matcher.flag("invert_match", false)) {
            out.put("invert", true);
        }
        if (matcher.flag("treat_missing_header_as_empty", false)) {
            out.put("missingAsEmpty", true);
        }
        Optional<Boolean> present = matcher.optionalFlag("present_match");
        Optional<ValueIr> value = header
                ? Matches.headerValue(matcher)
                : matcher.message("string_match").map(Matches::string);
        if (present.isPresent() || value.isEmpty()) {
            out.put("type", "Present");
            if (!present.orElse(true)) {
                out.put("invert", !out.path("invert").asBoolean());
            }
            return;
        }
        write(value.get(), out);
    }

    private static void write(ValueIr value, ObjectNode out) {
        switch (value) {
            case ValueIr.Exact exact -> text(out, "Exact", exact.value(), exact.ignoreCase());
            case ValueIr.Prefix prefix -> text(out, "Prefix", prefix.value(), prefix.ignoreCase());
            case ValueIr.Suffix suffix -> text(out, "Suffix", suffix.value(), suffix.ignoreCase());
            case ValueIr.Contains part -> text(out, "Contains", part.value(), part.ignoreCase());
            case ValueIr.Regex regex -> text(out, "RegularExpression", regex.value(), false);
            case ValueIr.Range range ->
                out.put("type", "Range")
                        .put("value", String.valueOf(range.start()))
                        .put("end", range.end());
            case ValueIr.Present present -> out.put("type", "Present");
        }
    }

    private static void text(ObjectNode out, String type, String value, boolean ignoreCase) {
        out.put("type", type).put("value", value);
        if (ignoreCase) {
            out.put("ignoreCase", true);
        }
    }
}

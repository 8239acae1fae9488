package dev.waypoint.filters;

import dev.waypoint.config.NearestName;
import dev.waypoint.config.Spelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A text with places to fill in: {@code "tenant-{header.x-tenant|none}"}. In braces stands a source, then perhaps a bar and what to
 * take where the source has no value. {@code {{} and {@code }}} stand for braces.
 *
 * @param text the template as written
 * @param parts what it consists of
 */
@Spelled
record ValueTemplate(String text, List<Part> parts) {

    /** A piece of the template. */
    sealed interface Part {}

    /** Fixed text. */
    record Fixed(String text) implements Part {}

    /** A place to fill in. */
    record Hole(Source source, String argument, Optional<String> fallback) implements Part {}

    /** Where a value comes from. */
    enum Source {
        METHOD("method", false),
        SCHEME("scheme", false),
        AUTHORITY("authority", false),
        HOST("host", false),
        PATH("path", false),
        QUERY("query", false),
        REQUEST_ID("request-id", false),
        CLIENT_ADDRESS("client.address", false),
        IDENTITY("identity", false),
        USER("user", false),
        ROUTE("route", false),
        STATUS("status", false),
        HEADER("header", true),
        RESPONSE_HEADER("response-header", true),
        COOKIE("cookie", true),
        QUERY_PARAMETER("query", true),
        CLAIM("claim", true),
        METADATA("metadata", true),
        CAPTURE("capture", true);

        private static final Map<String, Source> BY_NAME = new TreeMap<>();

        static {
            for (Source source : values()) {
                BY_NAME.put(source.spelling(), source);
            }
        }

        private final String text;
        private final boolean hasArgument;

        Source(String text, boolean hasArgument) {
            this.text = text;
            this.hasArgument = hasArgument;
        }

        private String spelling() {
            return hasArgument ? text + "." : text;
        }

        /** Whether there is a value only once the response came. */
        boolean needsResponse() {
            return this == STATUS || this == RESPONSE_HEADER;
        }
    }

    /** Says what a source holds. */
    interface Lookup {
        Optional<String> find(Source source, String argument);
    }

    static ValueTemplate parse(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder fixed = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean doubled = (c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c;
            if (doubled) {
                i++;
            }
            if (c == '{' && !doubled) {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new IllegalArgumentException("expected '}' after '{'; write '{{' for the brace itself");
                }
                addFixed(parts, fixed);
                parts.add(hole(text.substring(i + 1, end)));
                i = end;
            } else if (c == '}' && !doubled) {
                throw new IllegalArgumentException("expected '{' before '}'; write '}}' for the brace itself");
            } else {
                fixed.append(c);
            }
        }
        addFixed(parts, fixed);
        return new ValueTemplate(text, List.copyOf(parts));
    }

    private static void addFixed(List<Part> parts, StringBuilder fixed) {
        if (!fixed.isEmpty()) {
            HeaderEdits.checkValue(fixed.toString());
            parts.add(new Fixed(fixed.toString()));
            fixed.setLength(0);
        }
    }

    private static Hole hole(String inside) {
        int bar = inside.indexOf('|');
        String name = bar < 0 ? inside : inside.substring(0, bar);
        Optional<String> fallback = bar < 0 ? Optional.empty() : Optional.of(inside.substring(bar + 1));
        fallback.ifPresent(HeaderEdits::checkValue);
        Source plain = Source.BY_NAME.get(name);
        if (plain != null && !plain.hasArgument) {
            return new Hole(plain, "", fallback);
        }
        int dot = name.indexOf('.');
        Source source = dot < 0 ? null : Source.BY_NAME.get(name.substring(0, dot + 1));
        if (source == null || dot + 1 == name.length()) {
            String hint = NearestName.of(Source.BY_NAME.keySet(), name)
                    .map(near -> "did you mean '" + near + "'?")
                    .orElseGet(() -> "expected one of " + String.join(", ", Source.BY_NAME.keySet()));
            throw new IllegalArgumentException("there is no source '" + name + "': " + hint);
        }
        return new Hole(source, name.substring(dot + 1), fallback);
    }

    /** Whether a source occurs. */
    boolean uses(Predicate<Hole> asked) {
        return parts.stream().anyMatch(part -> part instanceof Hole hole && asked.test(hole));
    }

    /** The text with its places filled in; empty if one has no value, or if the whole cannot stand in a header. */
    Optional<String> fill(Lookup lookup) {
        StringBuilder result = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Fixed fixed -> result.append(fixed.text);
                case Hole hole -> {
                    Optional<String> value =
                            lookup.find(hole.source, hole.argument).or(hole::fallback);
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    result.append(value.get());
                }
            }
        }
        String value = result.toString();
        // A decoded query parameter or a claim may hold a line break, which would start another header.
        boolean clean = value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
        return clean ? Optional.of(value) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.waypoint.filters.envoy;

import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with commands such as {@code %REQ(:path)%}, as Envoy's header values have them. What a command cannot find is the empty
 * text.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage">command operators</a>
 */
public final class Substitution {

    private static final Pattern COMMAND = Pattern.compile("%(?:([A-Z0-9_]+)(?:\\(([^)]*)\\))?(?::(\\d+))?)?%");

    private final List<Part> parts;

    private Substitution(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A piece of the result. */
    @FunctionalInterface
    interface Part {
        /** The text of the piece; empty if there is nothing. */
        String text(Subject subject);
    }

    /**
     * What commands are asked about.
     *
     * @param exchange the exchange
     * @param request the request's head
     * @param response the response's head; empty while there is none
     */
    public record Subject(Exchange exchange, RequestHead request, Optional<ResponseHead> response) {}

    /** What is wrong with a text; empty if nothing is. */
    public static Optional<String> problem(String text) {
        try {
            of(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if there is a command that is not known, or a single percent sign
     */
    public static Substitution of(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(text);
        int at = 0;
        while (matcher.find()) {
            literal(text.substring(at, matcher.start()), parts);
            String name = matcher.group(1);
            if (name == null) {
                literal(parts, "%");
            } else {
                String argument = matcher.group(2) == null ? "" : matcher.group(2);
                parts.add(shortened(SubstitutionCommands.of(name, argument), matcher.group(3)));
            }
            at = matcher.end();
        }
        literal(text.substring(at), parts);
        return new Substitution(parts);
    }

    private static void literal(String text, List<Part> parts) {
        if (text.contains("%")) {
            throw new IllegalArgumentException("a single '%' in '" + text + "', expected '%%' or a command");
        }
        if (!text.isEmpty()) {
            literal(parts, text);
        }
    }

    private static void literal(List<Part> parts, String text) {
        parts.add(subject -> text);
    }

    private static Part shortened(Part part, @Nullable String length) {
        if (length == null) {
            return part;
        }
        int most = Integer.parseInt(length);
        return subject -> {
            String text = part.text(subject);
            return text.length() <= most ? text : text.substring(0, most);
        };
    }

    /** The text for an exchange. */
    public String text(Subject subject) {
        if (parts.size() == 1) {
            return parts.getFirst().text(subject);
        }
        StringBuilder out = new StringBuilder();
        parts.forEach(part -> out.append(part.text(subject)));
        return out.toString();
    }
}

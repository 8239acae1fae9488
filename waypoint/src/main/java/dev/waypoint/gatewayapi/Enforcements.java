package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.filter.Enforcement;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code Enforced}, {@code Shadow} and {@code {sampled: 5%}}. */
final class Enforcements {

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,4})?)%");
    private static final BigDecimal MILLIONTHS_OF_PERCENT = BigDecimal.valueOf(10_000);

    private Enforcements() {}

    /** Reads an enforcement; empty if it has another form. */
    static Optional<Enforcement> read(JsonNode node) {
        if (node.isTextual()) {
            return switch (node.textValue()) {
                case "Enforced" -> Optional.of(new Enforcement.Enforced());
                case "Shadow" -> Optional.of(new Enforcement.Shadow());
                default -> Optional.empty();
            };
        }
        if (!node.isObject() || node.size() != 1 || !node.path("sampled").isTextual()) {
            return Optional.empty();
        }
        Matcher percent = PERCENT.matcher(node.path("sampled").textValue());
        if (!percent.matches()) {
            return Optional.empty();
        }
        BigDecimal millionths = new BigDecimal(percent.group(1)).multiply(MILLIONTHS_OF_PERCENT);
        return millionths.intValue() > 1_000_000
                ? Optional.empty()
                : Optional.of(new Enforcement.Sampled(millionths.intValue()));
    }
}

package dev.waypoint.filters.envoy;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import java.util.List;
import java.util.Optional;

/**
 * One entry of Envoy's {@code rate_limits}: makes a descriptor out of a request.
 *
 * @param actions each makes an entry
 * @param hits what a request costs
 * @param headers whether {@code x-ratelimit-*} headers are sent when this rule's bucket is spoken of
 */
public record RateRule(
        @Doc("Each makes an entry of the descriptor.") List<RateAction> actions,
        @Doc("What a request costs; 1 if left out.") Optional<Cost> hits,

        @Default("\"Unspecified\"") @Doc("Whether x-ratelimit headers are sent.")
        Headers headers) {

    public RateRule {
        actions = List.copyOf(actions);
    }

    /**
     * What a request costs.
     *
     * @param number the number
     * @param format a text with commands whose result is the number; if it is none, there is no descriptor
     * @param negative whether tokens are given back
     */
    public record Cost(
            Optional<Long> number,
            Optional<String> format,
            @Default("false") boolean negative) {}

    /** Whether headers are sent. */
    public enum Headers {
        @Name("Unspecified")
        UNSPECIFIED,
        @Name("Off")
        OFF,
        @Name("Draft03")
        DRAFT_03
    }
}

package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Lenient;
import java.util.List;

/**
 * {@code Pod.status}: where a Pod is reached and whether it is ready. Beside it its labels matter, for subsets.
 *
 * @param podIPs its addresses, one for each family
 */
@Lenient
public record Pod(List<Address> podIPs, List<Condition> conditions) {
    public Pod {
        podIPs = List.copyOf(podIPs);
        conditions = List.copyOf(conditions);
    }

    /** Whether it takes requests. */
    public boolean ready() {
        return conditions.stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    /** One address. */
    @Lenient
    public record Address(@Default("\"\"") String ip) {}

    /** One condition. */
    @Lenient
    public record Condition(
            @Default("\"\"") String type, @Default("\"\"") String status) {}
}

package dev.waypoint.filters.envoy;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Doc;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import dev.waypoint.filters.envoy.RateRules.Config;
import dev.waypoint.filters.envoy.Substitution.Subject;
import dev.waypoint.ratelimit.envoy.DescriptorEntry;
import dev.waypoint.ratelimit.envoy.Hits;
import dev.waypoint.ratelimit.envoy.RequestDescriptor;
import dev.waypoint.ratelimit.envoy.RequestDescriptor.HeaderOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code rate_limits} of a route: makes descriptors out of a request, for the next {@code envoy-local-ratelimit} filter. A filter
 * of its own, because routes with different rules share the buckets of that one.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class RateRules implements FilterFactory<Config> {

    /** The descriptors of a request. */
    static final ExchangeKey<List<RequestDescriptor>> DESCRIPTORS = ExchangeKey.of("envoy-rate-limit-descriptors");

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "envoy-rate-limit-rules",
            new Placement(Stage.LIMIT, Placement.Side.BEFORE),
            Config.class,
            "Makes the descriptors that the next envoy-local-ratelimit filter looks up, as a route of Envoy does.");

    /** The rules. */
    public record Config(
            @Doc("Each rule makes at most one descriptor.") List<RateRule> rules) {
        public Config {
            rules = List.copyOf(rules);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        Compiled rules = new Compiled(config.rules);
        return new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                exchange.set(DESCRIPTORS, rules.descriptors(request, exchange));
                return Verdict.next();
            }
        };
    }

    /** Rules ready to be asked. */
    static final class Compiled {

        private final List<Rule> rules;

        Compiled(List<RateRule> rules) {
            this.rules = rules.stream().map(Rule::new).toList();
        }

        boolean isEmpty() {
            return rules.isEmpty();
        }

        List<RequestDescriptor> descriptors(RequestHead request, Exchange exchange) {
            List<RequestDescriptor> out = new ArrayList<>(rules.size());
            for (Rule rule : rules) {
                rule.descriptor(request, exchange).ifPresent(out::add);
            }
            return out;
        }
    }

    private static final class Rule {

        private final List<RateActions> actions;
        private final Optional<Hits> fixed;
        private final Optional<Substitution> computed;
        private final boolean negative;
        private final HeaderOption headers;

        Rule(RateRule rule) {
            actions = rule.actions().stream().map(RateActions::new).toList();
            negative = rule.hits().map(RateRule.Cost::negative).orElse(false);
            computed = rule.hits().flatMap(RateRule.Cost::format).map(Substitution::of);
            fixed = computed.isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            new Hits(rule.hits().flatMap(RateRule.Cost::number).orElse(1L), negative));
            headers = switch (rule.headers()) {
                case UNSPECIFIED -> HeaderOption.UNSPECIFIED;
                case OFF -> HeaderOption.OFF;
                case DRAFT_03 -> HeaderOption.DRAFT_VERSION_03;
            };
        }

        Optional<RequestDescriptor> descriptor(RequestHead request, Exchange exchange) {
            List<DescriptorEntry> entries = new ArrayList<>(actions.size());
            for (RateActions action : actions) {
                Optional<DescriptorEntry> entry = action.entry(request, exchange);
                if (entry.isPresent()) {
                    entries.add(entry.get());
                } else if (!action.skipIfAbsent()) {
                    return Optional.empty();
                }
            }
            return entries.isEmpty()
                    ? Optional.empty()
                    : hits(request, exchange).map(hits -> new RequestDescriptor(entries, hits, headers));
        }

        /** The cost; empty if it is computed and no number comes out. */
        private Optional<Hits> hits(RequestHead request, Exchange exchange) {
            if (fixed.isPresent() || computed.isEmpty()) {
                return fixed;
            }
            String text = computed.get().text(new Subject(exchange, request, Optional.empty()));
            try {
                long number = Long.parseLong(text);
                return number < 0 || number > Hits.MOST ? Optional.empty() : Optional.of(new Hits(number, negative));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }
}

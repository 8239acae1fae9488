package dev.waypoint.filters.envoy;

import com.google.auto.service.AutoService;
import com.google.re2j.Pattern;
import dev.waypoint.config.Doc;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import dev.waypoint.filters.envoy.EnvoyRewrite.Config;
import java.util.Optional;

/** Changes path and host as routes of Envoy do: by plain characters or expressions. */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class EnvoyRewrite implements FilterFactory<Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "envoy-rewrite",
            Placement.in(Stage.DISPATCH),
            Config.class,
            "Changes path and host as routes of Envoy do: by plain characters or expressions.");

    /**
     * What is changed. The query stays.
     *
     * @param prefix characters at the path's start
     * @param replacement what stands in their place
     * @param pattern an expression, all of whose matches in the path are replaced
     * @param substitution what stands in their place; {@code \1} is the first group
     * @param host the new host
     * @param hostHeader the header that holds the new host
     * @param hostPattern an expression for the path, out of which the host is made
     * @param hostReplacement how it is made; {@code \1} is the first group
     */
    public record Config(
            @Doc("Characters at the path's start.") Optional<String> prefix,
            @Doc("What stands in their place.") Optional<String> replacement,

            @Doc("An RE2 expression, all of whose matches in the path are replaced.")
            Optional<Pattern> pattern,

            @Doc("What stands in their place; \\1 is the first group.")
            Optional<String> substitution,

            @Doc("The new host.") Optional<String> host,
            @Doc("The header that holds the new host.") Optional<String> hostHeader,

            @Doc("An RE2 expression for the path, out of which the host is made.")
            Optional<Pattern> hostPattern,

            @Doc("How the host is made; \\1 is the first group.")
            Optional<String> hostReplacement) {}

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Rewrite(config);
    }

    /** Does it. */
    private static final class Rewrite implements HeadersFilter {

        private final Config config;
        private final String substitution;
        private final String hostReplacement;

        Rewrite(Config config) {
            this.config = config;
            substitution = groups(config.substitution.orElse(""));
            hostReplacement = groups(config.hostReplacement.orElse(""));
        }

        /** RE2's {@code \1} as the library's {@code $1}. */
        private static String groups(String text) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && i + 1 < text.length() && Character.isDigit(text.charAt(i + 1))) {
                    out.append('$').append(text.charAt(++i));
                } else if (c == '\\' || c == '$') {
                    out.append('\\').append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
                } else {
                    out.append(c);
                }
            }
            return out.toString();
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            String path = head.path();
            int query = path.indexOf('?');
            String bare = query < 0 ? path : path.substring(0, query);
            host(head, bare);
            String changed = path(bare);
            if (!changed.equals(bare)) {
                head.path(query < 0 ? changed : changed + path.substring(query));
            }
            return Verdict.next();
        }

        private void host(RequestHead head, String path) {
            config.host.ifPresent(head::authority);
            config.hostHeader.ifPresent(name -> {
                String value = head.header(name);
                if (!value.isEmpty()) {
                    head.authority(value);
                }
            });
            config.hostPattern.ifPresent(
                    pattern -> head.authority(pattern.matcher(path).replaceAll(hostReplacement)));
        }

        private String path(String path) {
            if (config.prefix.isPresent() && path.startsWith(config.prefix.get())) {
                return config.replacement.orElse("")
                        + path.substring(config.prefix.get().length());
            }
            return config.pattern
                    .map(pattern -> pattern.matcher(path).replaceAll(substitution))
                    .orElse(path);
        }
    }
}

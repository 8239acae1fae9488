package dev.waypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table finds the first route in order that matches, however many there are. */
class RouteTableTest {

    private static final ResourceRef ROUTE = new ResourceRef("g", "HTTPRoute", "n", "r");

    private static CompiledRoute route(MatchIr match, String name) {
        RuleIr rule = new RuleIr(
                ROUTE,
                name,
                List.of(),
                new ActionIr.NotFound(),
                TimeoutsIr.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return new CompiledRoute(new RouteMatcher(match), RuleCompiler.broken(rule, ""));
    }

    private static MatchIr match(PathIr path, Optional<String> method, ParameterIr... headers) {
        return new MatchIr(path, method, List.of(headers), List.of(), false);
    }

    private static RequestHead head(String method, String path, String... headers) {
        var builder = HttpHeaders.builder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.add(headers[i], headers[i + 1]);
        }
        return new RequestHead(method, "http", "h", path, builder);
    }

    private static PathIr randomPath(Random random) {
        String[] words = {"", "/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/b", "/b/a", "/c/c/c/c"};
        String value = words[random.nextInt(words.length)];
        return switch (random.nextInt(6)) {
            case 0, 1 -> new PathIr.Exact(value);
            case 2, 3 -> new PathIr.Prefix(value);
            case 4 -> new PathIr.TextPrefix(value);
            default -> new PathIr.Regex(value + "(/.*)?");
        };
    }

    @Test
    void indexedAndLinearLookUpAgree() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<CompiledRoute> routes = new ArrayList<>();
            int size = 9 + random.nextInt(40);
            for (int i = 0; i < size; i++) {
                Optional<String> method = random.nextInt(4) == 0 ? Optional.of("PUT") : Optional.empty();
                ParameterIr[] headers = random.nextInt(3) == 0
                        ? new ParameterIr[] {new ParameterIr("x", new ValueIr.Exact("1", false), random.nextBoolean())}
                        : new ParameterIr[0];
                routes.add(route(match(randomPath(random), method, headers), Integer.toString(i)));
            }
            RouteTable table = new RouteTable(routes);
            for (String path : List.of("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c/d", "/b/a?q", "/c/c/c/c", "/zz", "*")) {
                for (String method : List.of("GET", "PUT")) {
                    RequestHead head =
                            random.nextBoolean() ? head(method, path, "x", "1") : head(method, path, "x", "2");
                    CompiledRoute expected = IntStream.range(0, size)
                            .mapToObj(routes::get)
                            .filter(route -> route.mismatch(head).isEmpty())
                            .findFirst()
                            .orElse(null);
                    assertThat(table.find(head))
                            .as("seed %d, %s %s", seed, method, path)
                            .isSameAs(expected);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} takes {1}: {2}")
    @CsvSource({
        "/a, /a, true", "/a, /a/, true", "/a, /a/b, true", "/a, /ab, false", "/a/, /a, true", "/a/, /ab, false",
        "/, /, true", "/, /x, true", "/a, /A, false", "/a, /a?x=/b, true", "/a, //a, true", "/a, /b/../a, true",
        "/a, /%61, true", "/a/b, /a%2Fb, false",
    })
    void prefixesAreWholeElementsOfTheNormalisedPath(String prefix, String path, boolean takes) {
        CompiledRoute route = route(match(new PathIr.Prefix(prefix), Optional.empty()), "0");
        assertThat(route.mismatch(head("GET", path)).isEmpty()).isEqualTo(takes);
    }

    @ParameterizedTest(name = "{0} {1} on \"{2}\": {3}")
    @CsvSource({
        "exact, v, v, true", "exact, v, V, false", "regex, v+, vv, true", "regex, v+, xvv, false",
        "present, -, anything, true", "prefix, ab, abc, true", "suffix, bc, abc, true", "contains, b, abc, true",
        "exact, v, , false", "present, -, , false",
    })
    void valuesOfHeaders(String kind, String value, String actual, boolean holds) {
        ValueIr condition = switch (kind) {
            case "exact" -> new ValueIr.Exact(value, false);
            case "regex" -> new ValueIr.Regex(value);
            case "present" -> new ValueIr.Present();
            case "prefix" -> new ValueIr.Prefix(value, false);
            case "suffix" -> new ValueIr.Suffix(value, false);
            default -> new ValueIr.Contains(value, false);
        };
        ParameterMatcher matcher = new ParameterMatcher(new ParameterIr("x", condition, false));
        assertThat(matcher.holds(actual)).isEqualTo(holds);
    }

    @Test
    void theFirstValueOfARepeatedQueryParameterCounts() {
        MatchIr match = new MatchIr(
                new PathIr.Prefix("/"),
                Optional.empty(),
                List.of(),
                List.of(new ParameterIr("q", new ValueIr.Exact("a b", false), false)),
                false);
        CompiledRoute route = route(match, "0");
        assertThat(route.mismatch(head("GET", "/?q=a+b&q=c"))).isEmpty();
        assertThat(route.mismatch(head("GET", "/?q=c&q=a%20b"))).contains("q");
    }
}

package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostnamesTest {

    @ParameterizedTest(name = "{0}: listener {1}, route {2}")
    @CsvSource(nullValues = "-", textBlock = """
            equal names,                       a.example,   a.example,     a.example
            case does not count,               A.Example,   a.exAmple,     a.example
            different names,                   a.example,   b.example,     -
            the listener has none,             '',          a.example,     a.example
            the route has none,                *.example,   '',            *.example
            neither has any,                   '',          '',            ''
            a name under a wildcard,           *.example,   a.example,     a.example
            more labels under a wildcard,      *.example,   a.b.example,   a.b.example
            a wildcard does not take itself,   *.example,   example,       -
            a wildcard needs a whole label,    *.example,   aexample,      -
            the route's wildcard takes it,     a.b.example, *.example,     a.b.example
            the longer wildcard,               *.example,   *.b.example,   *.b.example
            the longer wildcard again,         *.b.example, *.example,     *.b.example
            wildcards that do not meet,        *.a.example, *.b.example,   -
            """)
    void intersects(String name, String listener, String route, String expected) {
        assertThat(Hostnames.intersect(listener, route).orElse(null)).as(name).isEqualTo(expected);
    }
}

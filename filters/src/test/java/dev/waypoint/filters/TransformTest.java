package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformTest {

    @Test
    void keepsTheContract() {
        ConfigContract.check(new Transform(), """
                {captures: {tenant: {from: '{path}', pattern: '^/t/([^/]+)', group: 1}},
                 request: {set: [{name: 'x-tenant', value: '{capture.tenant|none}'}], add: [{name: 'x-b', value: 'b'}],
                           remove: ['x-c']},
                 response: {set: [{name: 'x-status', value: '{status}'}]}, reroute: true}
                """);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "fixed; plain {{text}}; plain {text}",
                "method; {method}; GET",
                "path is normalised; {path}; /t/acme/x",
                "query; {query}; a=1&b=x%20y&c=%0d",
                "query parameter is decoded; {query.b}; x y",
                "line breaks are not let through; {query.c}; (none)",
                "host; {host}; shop.example",
                "authority; {authority}; shop.example",
                "scheme; {scheme}; http",
                "client; {client.address}; 192.0.2.1",
                "request id; {request-id}; test-request",
                "identity; {identity}; spiffe://t/ns/a/sa/b",
                "user; {user}; alice",
                "route; {route}; shop/cart",
                "header; {header.X-One}; 1",
                "several headers; {header.x-many}; a,b",
                "no such header; {header.x-none}; (none)",
                "fallback; {header.x-none|other}; other",
                "empty fallback; <{header.x-none|}>; <>",
                "cookie; {cookie.session}; s1",
                "claim; {claim.sub}; alice",
                "nested claim; {claim.realm.roles}; admin,dev",
                "claim with dots in its name; {claim.https://a.b/c}; dotted",
                "number claim; {claim.level}; 7",
                "metadata; {metadata.my.ns/key}; value",
                "capture; {capture.tenant}; acme",
                "capture that did not match; {capture.nothing|-}; -",
                "mixed; a-{capture.tenant}-{header.x-one}; a-acme-1",
            })
    void fillsIn(String name, String template, String expected) throws Exception {
        FilterHarness harness = FilterHarness.of(
                new Transform(),
                "{captures: {tenant: {from: '{path}', pattern: '^/t/([^/]+)'}, nothing: {from: '{path}', pattern: 'zzz'}},"
                        + " request: {set: [{name: 'x-out', value: '" + template.strip() + "'}]}}");
        DrivenExchange exchange = harness.exchange(
                        "GET",
                        "/t/./acme/x?a=1&b=x%20y&c=%0d",
                        "x-one",
                        "1",
                        "x-many",
                        "a",
                        "x-many",
                        "b",
                        "cookie",
                        "a=b; session=s1")
                .withRoute(new Exchange.MatchedRoute(new ResourceRef("", "HTTPRoute", "shop", "cart"), "0", ""));
        ObjectMapper json = new ObjectMapper();
        exchange.set(ExchangeKeys.IDENTITY, new CallerIdentity("spiffe://t/ns/a/sa/b", true));
        exchange.set(ExchangeKeys.USER, "alice");
        exchange.set(
                ExchangeKeys.CLAIMS,
                (ObjectNode)
                        json.readTree(
                                "{\"sub\":\"alice\",\"level\":7,\"realm\":{\"roles\":[\"admin\",\"dev\"]},\"https://a.b/c\":\"dotted\"}"));
        exchange.metadata().put("my.ns", (ObjectNode) json.readTree("{\"key\":\"value\"}"));
        var out = exchange.sendHead(true).forwarded().headers();
        assertThat(out.get("x-out") == null ? "(none)" : out.get("x-out")).isEqualTo(expected.strip());
    }

    @Test
    void editsDoNotSeeEachOther() {
        DrivenExchange exchange = FilterHarness.of(
                        new Transform(),
                        "{request: {set: [{name: 'a', value: '{header.b}'}, {name: 'b', value: '{header.a}'}],"
                                + " add: [{name: 'c', value: '{header.d}'}], remove: ['d']}}")
                .send("GET", "/", "a", "1", "b", "2", "c", "3", "d", "4");
        assertThat(exchange.forwarded().header("a")).isEqualTo("2");
        assertThat(exchange.forwarded().header("b")).isEqualTo("1");
        assertThat(exchange.forwarded().headers().getAll("c")).containsExactly("3", "4");
        assertThat(exchange.forwarded().headers().contains("d")).isFalse();
    }

    @Test
    void responsesSeeTheRequestsCaptures() {
        DrivenExchange exchange = FilterHarness.of(
                        new Transform(),
                        "{captures: {id: {from: '{path}', pattern: '[0-9]+'}}, response: {set: ["
                                + "{name: 'x-id', value: '{capture.id}'}, {name: 'x-info', value: '{status} {response-header.server}'}]}}")
                .send("GET", "/item/42");
        exchange.request().path("/rewritten");
        exchange.respondHead(201, true, "server", "s");
        assertThat(exchange.responded().header("x-id")).isEqualTo("42");
        assertThat(exchange.responded().header("x-info")).isEqualTo("201 s");
    }

    @Test
    void asksToMatchTheRouteAgain() {
        assertThat(FilterHarness.of(new Transform(), "{reroute: true}")
                        .send("GET", "/")
                        .reroutes())
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "{header.a; expected '}' after '{'",
                "a}b; expected '{' before '}'",
                "{heder.a}; there is no source 'heder.a'",
                "{methd}; did you mean 'method'?",
                "{header.}; there is no source 'header.'",
                "{capture.x}; uses a capture that is not defined",
                "{status}; an edit of the request uses a value of the response",
            })
    void refusesMistakes(String template, String expected) {
        assertThat(FilterHarness.findings(
                        new Transform(), "{request: {set: [{name: 'a', value: '" + template.strip() + "'}]}}"))
                .hasSize(1)
                .first()
                .asString()
                .contains(expected.strip());
    }

    @Test
    void refusesImpossibleCaptures() {
        assertThat(
                        FilterHarness.findings(
                                new Transform(),
                                "{captures: {a: {from: '{path}', pattern: 'x', group: 1}, b: {from: '{status}', pattern: 'x'}}}"))
                .containsExactly(
                        "config.captures.a: group is 1, but the pattern has 0 groups",
                        "config.captures.b: a capture can be made of request values only");
    }
}

package dev.waypoint.extproc.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeaderValueOption.HeaderAppendAction;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderMutatorTest {

    private static final MutationRules ALL_ROUTING = rules(true, false, false, false, "", "", false);
    private static final MutationRules ENVOY_ALLOWED = rules(false, true, false, false, "", "", false);
    private static final MutationRules STRICT = rules(false, false, false, false, "", "", true);

    private static MutationRules rules(
            boolean routing,
            boolean envoy,
            boolean noSystem,
            boolean nothing,
            String allow,
            String disallow,
            boolean error) {
        return new MutationRules(routing, envoy, noSystem, nothing, text(allow), text(disallow), error);
    }

    private static Optional<String> text(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static HeaderMutator mutator(MutationRules rules, Profile profile) {
        return new HeaderMutator(rules, profile, HeaderLimits.DEFAULT);
    }

    /** One row: the change, and what a request with x: one, and path /p then shows. */
    record Row(String name, MutationRules rules, Profile profile, HeaderMutation change, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, MutationRules rules, HeaderMutation change, String expected) {
        return new Row(name, rules, Profile.ENVOY, change, expected);
    }

    private static Row extended(String name, HeaderMutation change, String expected) {
        return new Row(name, MutationRules.DEFAULT, Profile.EXTENDED, change, expected);
    }

    private static HeaderMutation append(String name, String value) {
        return HeaderMutation.newBuilder()
                .addSetHeaders(Scenes.option(name, value).toBuilder().setAppend(BoolValue.of(true)))
                .build();
    }

    private static HeaderMutation action(HeaderAppendAction action, String name) {
        return HeaderMutation.newBuilder()
                .addSetHeaders(Scenes.option(name, "two").toBuilder().setAppendAction(action))
                .build();
    }

    private static HeaderMutation remove(String name) {
        return HeaderMutation.newBuilder().addRemoveHeaders(name).build();
    }

    private static HeaderMutation valueOnly(String name, String value) {
        return HeaderMutation.newBuilder()
                .addSetHeaders(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value)))
                .build();
    }

    static Stream<Row> rows() {
        MutationRules none = MutationRules.DEFAULT;
        return Stream.of(
                row("set overwrites", none, Scenes.set("x", "two"), "x=[two]"),
                row("append adds", none, append("x", "two"), "x=[one, two]"),
                row("append to an absent header", none, append("z", "two"), "x=[one] z=[two]"),
                row("names are lower-cased", none, Scenes.set("X", "two"), "x=[two]"),
                row("remove", none, remove("x"), ""),
                row("remove an absent header", none, remove("q"), "x=[one]"),
                row("add if absent, Envoy", none, action(HeaderAppendAction.ADD_IF_ABSENT, "x"), "x=[two]"),
                row(
                        "overwrite if exists, Envoy",
                        none,
                        action(HeaderAppendAction.OVERWRITE_IF_EXISTS, "z"),
                        "x=[one] z=[two]"),
                row("overwrite or add", none, action(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD, "x"), "x=[two]"),
                row(
                        "append action 0 overwrites",
                        none,
                        action(HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD, "x"),
                        "x=[two]"),
                extended("add if absent, present", action(HeaderAppendAction.ADD_IF_ABSENT, "x"), "x=[one]"),
                extended("add if absent, absent", action(HeaderAppendAction.ADD_IF_ABSENT, "z"), "x=[one] z=[two]"),
                extended("overwrite if exists, absent", action(HeaderAppendAction.OVERWRITE_IF_EXISTS, "z"), "x=[one]"),
                extended(
                        "overwrite if exists, present", action(HeaderAppendAction.OVERWRITE_IF_EXISTS, "x"), "x=[two]"),
                row("value without raw value, Envoy", none, valueOnly("x", "two"), "x=[]"),
                extended("value without raw value", valueOnly("x", "two"), "x=[two]"),
                row("path may be set", none, Scenes.set(":path", "/q"), "path=/q x=[one]"),
                row("path may not be appended to", none, append(":path", "/q"), "x=[one] refused=[:path]"),
                row("path may not be removed", none, remove(":path"), "x=[one] refused=[:path]"),
                row("method", none, Scenes.set(":method", "PUT"), "x=[one] refused=[:method]"),
                row("authority", none, Scenes.set(":authority", "b"), "x=[one] refused=[:authority]"),
                row("host", none, Scenes.set("host", "b"), "x=[one] refused=[host]"),
                row("host may never be removed", ALL_ROUTING, remove("host"), "x=[one] refused=[host]"),
                row("method with routing", ALL_ROUTING, Scenes.set(":method", "PUT"), "method=PUT x=[one]"),
                row("host with routing is the authority", ALL_ROUTING, Scenes.set("host", "b"), "authority=b x=[one]"),
                row("bad scheme", ALL_ROUTING, Scenes.set(":scheme", "ftp"), "x=[one] refused=[:scheme]"),
                row("bad authority", ALL_ROUTING, Scenes.set(":authority", "a b"), "x=[one] refused=[:authority]"),
                row("x-envoy", none, Scenes.set("x-envoy-foo", "1"), "x=[one] refused=[x-envoy-foo]"),
                row("x-envoy is a text prefix", none, Scenes.set("x-envoyfoo", "1"), "x=[one] refused=[x-envoyfoo]"),
                row("x-envoy allowed", ENVOY_ALLOWED, Scenes.set("x-envoy-foo", "1"), "x=[one] x-envoy-foo=[1]"),
                row(
                        "no system headers",
                        rules(false, false, true, false, "", "", false),
                        Scenes.set(":path", "/q"),
                        "x=[one] refused=[:path]"),
                row(
                        "nothing but",
                        rules(false, false, false, true, "x-ok.*", "", false),
                        Scenes.set("x-ok-1", "1"),
                        "x=[one] x-ok-1=[1]"),
                row(
                        "nothing",
                        rules(false, false, false, true, "x-ok.*", "", false),
                        Scenes.set("x", "1"),
                        "x=[one] refused=[x]"),
                row(
                        "allow beats routing",
                        rules(false, false, false, false, ":authority", "", false),
                        Scenes.set(":authority", "b"),
                        "authority=b x=[one]"),
                row(
                        "disallow beats allow",
                        rules(false, false, false, false, "x.*", "x", false),
                        Scenes.set("x", "1"),
                        "x=[one] refused=[x]"),
                row("strict set", STRICT, Scenes.set("x-envoy-foo", "1"), "SET_REFUSED"),
                row("strict remove", STRICT, remove(":path"), "REMOVE_REFUSED"),
                row("bad name", none, Scenes.set("bad name", "1"), "SET_CONTAINS_INVALID_CHARACTER"),
                row("bad value", none, Scenes.set("x", "a\r\nb"), "SET_CONTAINS_INVALID_CHARACTER"),
                row("bad name to remove", none, remove("bad\nname"), "REMOVE_CONTAINS_INVALID_CHARACTER"),
                row(
                        "connection headers are the transport's",
                        none,
                        Scenes.set("connection", "close"),
                        "x=[one] refused=[connection]"),
                row(
                        "entry without header",
                        none,
                        HeaderMutation.newBuilder()
                                .addSetHeaders(HeaderValueOption.newBuilder())
                                .build(),
                        "x=[one]"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void changes(Row row) {
        RequestHead head =
                new RequestHead("GET", "http", "a", "/p", HttpHeaders.builder().add("x", "one"));
        List<String> refused = new ArrayList<>();
        Optional<ProtocolFault> fault = mutator(row.rules(), row.profile())
                .apply(row.change(), Heads.of(head), HeaderMutator.Purpose.PLAIN, (ignored, header) -> {
                    if (ignored == ProtocolFault.HEADER_REFUSED) {
                        refused.add(header);
                    }
                });
        assertThat(fault.map(Enum::name).orElseGet(() -> print(head, refused))).isEqualTo(row.expected());
    }

    private static String print(RequestHead head, List<String> refused) {
        List<String> parts = new ArrayList<>();
        if (!head.method().equals("GET")) {
            parts.add("method=" + head.method());
        }
        if (!head.authority().equals("a")) {
            parts.add("authority=" + head.authority());
        }
        if (!head.path().equals("/p")) {
            parts.add("path=" + head.path());
        }
        head.headers()
                .names()
                .forEach(name -> parts.add(name + "=" + head.headers().getAll(name)));
        if (!refused.isEmpty()) {
            parts.add("refused=" + refused);
        }
        return String.join(" ", parts);
    }

    @Test
    void replacingMaySetTheMethod() {
        RequestHead head = new RequestHead("GET", "http", "a", "/p", HttpHeaders.builder());
        var replacing = new HeaderMutator.Purpose(true, true, true);
        assertThat(mutator(STRICT, Profile.ENVOY)
                        .apply(Scenes.set(":method", "POST"), Heads.of(head), replacing, (fault, header) -> {}))
                .isEmpty();
        assertThat(head.method()).isEqualTo("POST");
    }

    @Test
    void statusMustBeFinal() {
        ResponseHead head = new ResponseHead(200, HttpHeaders.builder());
        for (String status : List.of("99", "abc", "1000", "")) {
            mutator(MutationRules.DEFAULT, Profile.ENVOY)
                    .apply(Scenes.set(":status", status), Heads.of(head), HeaderMutator.Purpose.PLAIN, (f, h) -> {});
            assertThat(head.status()).as(status).isEqualTo(200);
        }
        mutator(MutationRules.DEFAULT, Profile.ENVOY)
                .apply(Scenes.set(":status", "201"), Heads.of(head), HeaderMutator.Purpose.PLAIN, (f, h) -> {});
        assertThat(head.status()).isEqualTo(201);
    }

    @Test
    void limitsCountOperationsAndTheResult() {
        HeaderMutation.Builder many = HeaderMutation.newBuilder();
        for (int i = 0; i < 101; i++) {
            many.addSetHeaders(Scenes.option("x-" + i, "v"));
        }
        RequestHead head = new RequestHead("GET", "http", "a", "/p", HttpHeaders.builder());
        HeaderMutator mutator = mutator(MutationRules.DEFAULT, Profile.ENVOY);
        assertThat(mutator.apply(many.build(), Heads.of(head), HeaderMutator.Purpose.PLAIN, (f, h) -> {}))
                .contains(ProtocolFault.TOO_MANY_OPERATIONS);
        assertThat(mutator.apply(
                        many.removeSetHeaders(0).build(), Heads.of(head), HeaderMutator.Purpose.PLAIN, (f, h) -> {}))
                .contains(ProtocolFault.RESULT_TOO_LARGE);
        assertThat(mutator.apply(many.build(), Heads.of(head), HeaderMutator.Purpose.LOCAL, (f, h) -> {}))
                .isEmpty();
    }

    @Test
    void onlyAppendActionsThatEnvoyPassesOverAreFaults() {
        for (HeaderAppendAction action : HeaderAppendAction.values()) {
            if (action == HeaderAppendAction.UNRECOGNIZED) {
                continue;
            }
            List<ProtocolFault> faults = new ArrayList<>();
            RequestHead head = new RequestHead("GET", "http", "a", "/p", HttpHeaders.builder());
            mutator(MutationRules.DEFAULT, Profile.ENVOY)
                    .apply(
                            action(action, "x"),
                            Heads.of(head),
                            HeaderMutator.Purpose.PLAIN,
                            (fault, header) -> faults.add(fault));
            boolean comesTrue = action == HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD
                    || action == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
            assertThat(faults)
                    .as(action.name())
                    .isEqualTo(comesTrue ? List.of() : List.of(ProtocolFault.APPEND_ACTION));
        }
    }

    @Test
    void bytesBeyondAsciiStayAsTheyAre() {
        RequestHead head = new RequestHead("GET", "http", "a", "/p", HttpHeaders.builder());
        HeaderMutation change = HeaderMutation.newBuilder()
                .addSetHeaders(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder()
                                .setKey("x")
                                .setRawValue(ByteString.copyFrom(new byte[] {'c', (byte) 0xe9}))))
                .build();
        mutator(MutationRules.DEFAULT, Profile.ENVOY)
                .apply(change, Heads.of(head), HeaderMutator.Purpose.PLAIN, (f, h) -> {});
        assertThat(head.header("x")).isEqualTo("c\u00e9");
    }
}

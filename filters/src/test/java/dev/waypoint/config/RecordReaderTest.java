package dev.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordReaderTest {

    private static final ResourceRef REF = new ResourceRef("waypoint.dev", "HttpFilter", "shop", "f");
    private static final ObjectMapper JSON = new ObjectMapper();

    enum Colour {
        RED,
        @Name("Blue")
        BLUE
    }

    @Doc("A limit.")
    record Limit(
            @Doc("How many.") @Range(min = 1, max = 100) int requests,
            @Default("\"1s\"") Duration per,
            @Name("default") @Default("true") boolean byDefault) {
        Limit {
            if (per.isZero()) {
                throw new IllegalArgumentException("per is 0s, expected more");
            }
        }
    }

    @Spelled(pattern = "^v[0-9]+$")
    record Version(int number) {
        static Version parse(String text) {
            if (!text.startsWith("v")) {
                throw new IllegalArgumentException("expected v and a number");
            }
            return new Version(Integer.parseInt(text.substring(1)));
        }

        @Override
        public String toString() {
            return "v" + number;
        }
    }

    record Everything(
            @Size(min = 1, max = 5) String name,
            @Default("5") long big,
            @Range(min = 0, max = 100) @Default("0.5") double share,
            Optional<String> note,
            OptionalInt port,
            OptionalLong bytes,
            @Size(max = 2) List<Limit> limits,
            Map<String, Colour> colours,
            Optional<Pattern> pattern,
            Optional<JsonNode> raw,
            Optional<Version> version,
            @Sensitive Optional<String> password) {}

    @Lenient
    record Loose(@Default("1") int known) {}

    record Tree(@Default("[]") List<Tree> children) {}

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static <T extends Record> T readGood(String text, Class<T> type) throws Exception {
        List<Finding> findings = new ArrayList<>();
        Optional<T> value = RecordReader.read(json(text), type, REF, "spec", findings::add);
        assertThat(findings).isEmpty();
        return value.orElseThrow();
    }

    private static List<String> findings(String text, Class<? extends Record> type) throws Exception {
        List<String> findings = new ArrayList<>();
        Optional<?> value = RecordReader.read(json(text), type, REF, "spec", f -> findings.add(f.toString()));
        assertThat(value.isEmpty()).isEqualTo(!findings.isEmpty());
        return findings;
    }

    @Test
    void readsEveryShape() throws Exception {
        Everything value = readGood(
                "{'name':'n','big':9000000000,'share':1,'note':'x','port':80,'bytes':7,"
                        + "'limits':[{'requests':1,'per':'1m30s','default':false},{'requests':2}],"
                        + "'colours':{'b':'Blue','a':'RED'},'pattern':'a+','raw':{'k':[1]},'version':'v3'}",
                Everything.class);
        assertThat(value.big()).isEqualTo(9_000_000_000L);
        assertThat(value.share()).isEqualTo(1.0);
        assertThat(value.note()).contains("x");
        assertThat(value.port()).hasValue(80);
        assertThat(value.bytes()).hasValue(7);
        assertThat(value.limits())
                .containsExactly(
                        new Limit(1, Duration.ofSeconds(90), false), new Limit(2, Duration.ofSeconds(1), true));
        assertThat(value.colours()).containsExactly(Map.entry("b", Colour.BLUE), Map.entry("a", Colour.RED));
        assertThat(value.pattern().orElseThrow().matches("aaa")).isTrue();
        assertThat(value.raw()).contains(json("{'k':[1]}"));
        assertThat(value.version()).contains(new Version(3));
        assertThat(value.password()).isEmpty();
    }

    @Test
    void resultsAreImmutable() throws Exception {
        Everything value = readGood("{'name':'n','colours':{'a':'RED'}}", Everything.class);
        assertThatThrownBy(() -> value.limits().add(new Limit(1, Duration.ofSeconds(1), true)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> value.colours().put("b", Colour.RED))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void explicitNullsCountAsLeftOut() throws Exception {
        assertThat(readGood("{'name':'n','big':null,'note':null,'limits':null}", Everything.class))
                .isEqualTo(readGood("{'name':'n'}", Everything.class));
    }

    @Test
    void lenientRecordsIgnoreOtherFields() throws Exception {
        assertThat(readGood("{'other':1,'known':2}", Loose.class).known()).isEqualTo(2);
        assertThat(readGood("{}", Loose.class).known()).isEqualTo(1);
    }

    @Test
    void recordsMayBeRecursive() throws Exception {
        assertThat(readGood("{'children':[{},{'children':[{}]}]}", Tree.class).children())
                .hasSize(2);
    }

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of(
                        "missing",
                        "{}",
                        List.of("spec.name: required, but missing: expected text of 1 to 5 characters")),
                Arguments.of("not an object", "[]", List.of("spec is []: expected an object with fields")),
                Arguments.of(
                        "unknown with a near one",
                        "{'name':'n','Limit':[]}",
                        List.of("spec.Limit: unknown field, did you mean 'limits'?")),
                Arguments.of(
                        "unknown without a near one",
                        "{'name':'n','limits':[{'requests':1,'zzzzzz':1}]}",
                        List.of("spec.limits[0].zzzzzz: unknown field, known are requests, per, default")),
                Arguments.of(
                        "number for text", "{'name':5}", List.of("spec.name is 5: expected text: put it in quotes")),
                Arguments.of(
                        "too long",
                        "{'name':'123456'}",
                        List.of("spec.name is \"123456\": expected text of 1 to 5 characters")),
                Arguments.of(
                        "several at once",
                        "{'name':'n','limits':[{'requests':0},{'requests':'x','per':'soon'}],'port':1.5}",
                        List.of(
                                "spec.port is 1.5: expected a whole number",
                                "spec.limits[0].requests is 0: expected a whole number from 1 to 100",
                                "spec.limits[1].requests is \"x\": expected a whole number from 1 to 100",
                                "spec.limits[1].per is \"soon\": expected a duration such as 500ms, 10s or 1h30m")),
                Arguments.of(
                        "constructor",
                        "{'name':'n','limits':[{'requests':1,'per':'0s'}]}",
                        List.of("spec.limits[0]: per is 0s, expected more")),
                Arguments.of(
                        "too many entries",
                        "{'name':'n','limits':[{'requests':1},{'requests':1},{'requests':1}]}",
                        List.of("spec.limits is [{\"requests\":1},{\"requests\":1},{\"requests\":1}]:"
                                + " expected a list of at most 2 entries")),
                Arguments.of(
                        "enum",
                        "{'name':'n','colours':{'a':'BLUE'}}",
                        List.of("spec.colours.a is \"BLUE\": expected one of RED, Blue")),
                Arguments.of(
                        "pattern",
                        "{'name':'n','pattern':'('}",
                        List.of(
                                "spec.pattern is \"(\": expected a regular expression in the syntax of RE2: missing closing )")),
                Arguments.of(
                        "spelled",
                        "{'name':'n','version':'3'}",
                        List.of("spec.version is \"3\": expected v and a number")),
                Arguments.of(
                        "spelled, other failure",
                        "{'name':'n','version':'vx'}",
                        List.of("spec.version is \"vx\": For input string: \"x\"")),
                Arguments.of(
                        "secret",
                        "{'name':'n','password':12345}",
                        List.of("spec.password is (a secret): expected text: put it in quotes")),
                Arguments.of(
                        "decimal",
                        "{'name':'n','share':101}",
                        List.of("spec.share is 101: expected a number from 0 to 100")),
                Arguments.of(
                        "int overflow",
                        "{'name':'n','port':3000000000}",
                        List.of("spec.port is 3000000000: expected a whole number")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("problems")
    void reportsProblems(String name, String text, List<String> expected) throws Exception {
        assertThat(findings(text, Everything.class))
                .containsExactlyElementsOf(expected.stream()
                        .map(line -> "HttpFilter shop/f: " + line)
                        .toList());
    }

    @Test
    void aRecordThatCannotBeReadIsAMistakeOfItsAuthor() {
        record Odd(Thread thread) {}
        assertThatThrownBy(() -> RecordReader.read(json("{}"), Odd.class, REF, "", _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Odd.thread")
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void writesWhatItReads() throws Exception {
        String text = "{'name':'n','share':2.0,'port':80,'limits':[{'requests':1,'per':'1m30s'}],"
                + "'colours':{'b':'Blue'},'pattern':'a+','raw':{'k':[1]},'version':'v3','password':'geheim'}";
        Everything value = readGood(text, Everything.class);
        assertThat(RecordWriter.writeWithSecrets(value)).isEqualTo(json(text));
        assertThat(RecordWriter.write(value).path("password").textValue()).isEqualTo(RecordWriter.REDACTED);
        assertThat(RecordWriter.write(readGood("{'name':'n'}", Everything.class)))
                .isEqualTo(json("{'name':'n'}"));
    }

    @Test
    void describesItselfAsSchema() throws Exception {
        assertThat(JSON.readTree(RecordSchema.jsonSchema(Limit.class).toString()))
                .isEqualTo(json("{'$schema':'https://json-schema.org/draft/2020-12/schema','type':'object',"
                        + "'description':'A limit.','properties':{"
                        + "'requests':{'type':'integer','format':'int32','minimum':1,'maximum':100,'description':'How many.'},"
                        + "'per':{'type':'string','pattern':'^([0-9]{1,5}(h|m|s|ms)){1,4}$','default':'1s'},"
                        + "'default':{'type':'boolean','default':true}},"
                        + "'required':['requests'],'additionalProperties':false}"));
        JsonNode structural = RecordSchema.structural(Everything.class);
        assertThat(structural
                        .at("/properties/raw/x-kubernetes-preserve-unknown-fields")
                        .booleanValue())
                .isTrue();
        assertThat(structural.has("additionalProperties")).isFalse();
        assertThat(structural.at("/properties/limits/maxItems").intValue()).isEqualTo(2);
        assertThat(structural
                        .at("/properties/colours/additionalProperties/enum/1")
                        .textValue())
                .isEqualTo("Blue");
        assertThatThrownBy(() -> RecordSchema.structural(Tree.class)).hasMessageContaining("contains itself");
    }
}

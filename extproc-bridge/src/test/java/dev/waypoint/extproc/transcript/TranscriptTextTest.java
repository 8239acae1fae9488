package dev.waypoint.extproc.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscriptTextTest {

    private static final ByteString DATA = ByteString.copyFrom(new byte[] {(byte) 0xff, 0, 1});

    private static HeaderValue header(String name, String value) {
        return HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFromUtf8(value))
                .build();
    }

    static Transcript example() {
        ProcessingRequest head = ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder()
                        .setHeaders(HeaderMap.newBuilder()
                                .addHeaders(header(":method", "POST"))
                                .addHeaders(header("authorization", "Bearer secret"))))
                .putAttributes(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder()
                                .putFields(
                                        "authorization",
                                        Value.newBuilder()
                                                .setStringValue("Bearer secret")
                                                .build())
                                .putFields(
                                        "body",
                                        Value.newBuilder().setStringValue("b").build())
                                .build())
                .build();
        ProcessingRequest body = ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8("hello"))
                        .setEndOfStream(true))
                .build();
        ProcessingResponse headReply = ProcessingResponse.newBuilder()
                .setRequestHeaders(HeadersResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder()
                                .setHeaderMutation(HeaderMutation.newBuilder()
                                        .addRemoveHeaders("x-old")
                                        .addSetHeaders(
                                                HeaderValueOption.newBuilder().setHeader(header("x-new", "1"))))))
                .build();
        ProcessingResponse bodyReply = ProcessingResponse.newBuilder()
                .setRequestBody(BodyResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder()
                                .setBodyMutation(BodyMutation.newBuilder().setBody(DATA))))
                .build();
        return new Transcript(
                new Transcript.Origin(
                        "shop/edit",
                        "ExtProcPolicy shop/edit",
                        "r-1",
                        "POST /cart",
                        "marked",
                        Instant.parse("2026-01-31T12:00:00.5Z")),
                List.of(
                        new Transcript.Sent(0, head.getSerializedSize(), 0, head),
                        new Transcript.Received(412, headReply.getSerializedSize(), 0, 412, headReply),
                        new Transcript.Sent(500, body.getSerializedSize(), 0, body),
                        new Transcript.Received(900, bodyReply.getSerializedSize(), 7, 400, bodyReply),
                        new Transcript.Faulty(950, ProtocolFault.LATE_MESSAGE, "request_body", ""),
                        new Transcript.Ended(1000, Transcript.How.CLOSED_BY_PROXY, "")));
    }

    private static Transcript reread(String text) {
        return TranscriptText.read(text.lines().toList());
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        String text = TranscriptText.write(example(), Redaction.NONE);
        assertThat(reread(text)).isEqualTo(example());
        assertThat(reread(text).isComplete()).isFalse();
        assertThat(TranscriptText.write(reread(text), Redaction.NONE)).isEqualTo(text);
    }

    @Test
    void textStandsAsTextAndFieldsInOrder() {
        List<String> lines =
                TranscriptText.write(example(), Redaction.NONE).lines().toList();
        assertThat(lines).hasSize(7);
        assertThat(lines.get(3)).isEqualTo("""
            {"atMicros":500,"way":"sent","phase":"request_body","bytes":11,"message":{"requestBody":{"bodyText":"hello","endOfStream":true}}}\
            """);
        assertThat(lines.get(4)).contains("\"body\":\"/wAB\"").contains("\"omitted\":7");
        assertThat(lines.get(5))
                .isEqualTo(
                        "{\"atMicros\":950,\"way\":\"fault\",\"rule\":\"late-message\",\"received\":\"request_body\",\"expected\":\"\"}");
    }

    @Test
    void secretsAreTakenOutOfHeadersAndAttributes() {
        String text = TranscriptText.write(example(), new Redaction(Set.of("Authorization", "X-New")));
        assertThat(text)
                .doesNotContain("Bearer")
                .contains("{\"key\":\"authorization\",\"rawText\":\"(redacted)\"}")
                .contains("{\"key\":\"x-new\",\"rawText\":\"(redacted)\"}")
                .contains("\"authorization\":\"(redacted)\"");
        assertThat(reread(text).entries()).hasSize(6);
    }

    @Test
    void typedMetadataOfUnknownTypesDoesNotKeepTheRestFromBeingWritten() {
        ProcessingResponse reply = ProcessingResponse.newBuilder()
                .putTypedDynamicMetadata(
                        "a", Any.newBuilder().setTypeUrl("x/unknown.Type").build())
                .setRequestHeaders(HeadersResponse.getDefaultInstance())
                .build();
        assertThat(MessageJson.of(reply)).hasToString("{\"requestHeaders\":{}}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        not JSON         | nonsense                                                            | line 1: not JSON
        another format   | {"a":1}                                                             | expected a transcript of version 1
        no time          | {"transcript":1,"started":"now"}                                    | started is "now"
        unknown way      | {"transcript":1,"started":"2026-01-31T12:00:00Z"}~{"way":"up"}      | line 2: way is "up", expected sent, received
        unknown rule     | {"transcript":1,"started":"2026-01-31T12:00:00Z"}~{"way":"fault","rule":"x"} | line 2: rule is "x"
        broken message   | {"transcript":1,"started":"2026-01-31T12:00:00Z"}~{"way":"sent","message":{"requestBody":3}} | line 2: the message is no ProcessingRequest
        """)
    void whatIsNoTranscriptIsNamed(String name, String text, String message) {
        assertThatThrownBy(() -> TranscriptText.read(List.of(text.split("~"))))
                .as(name)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theLadderTellsAll() {
        assertThat(Ladder.of(example())).isEqualTo("""
            POST /cart  2026-01-31T12:00:00.500Z  (marked)
            processor shop/edit, called by ExtProcPolicy shop/edit, request r-1

                0.000 ms  ──▶ request_headers  %d bytes
                            :method: POST
                            authorization: Bearer secret
                0.412 ms  ◀── request_headers  %d bytes  after 0.412 ms
                            remove x-old
                            set x-new: 1
                0.500 ms  ──▶ request_body  11 bytes
                            "hello", the end
                0.900 ms  ◀── request_body  11 bytes  after 0.400 ms
                            body 3 bytes of data
                            7 bytes of the body were not recorded
                0.950 ms   ✗  late-message: %s
                            received request_body
                            %s
                1.000 ms   ■  closed by proxy
            """.formatted(
                        ((Transcript.Sent) example().entries().get(0)).bytes(),
                        ((Transcript.Received) example().entries().get(1)).bytes(),
                        ProtocolFault.LATE_MESSAGE.explanation(),
                        ProtocolFault.LATE_MESSAGE.remedy()));
    }

    @Test
    void foldersAreListed(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("b" + TranscriptFiles.SUFFIX), TranscriptText.write(example(), Redaction.NONE));
        Files.writeString(
                folder.resolve("a" + TranscriptFiles.SUFFIX), TranscriptText.write(example(), Redaction.NONE));
        Files.writeString(folder.resolve("other.txt"), "x");
        assertThat(TranscriptFiles.list(folder)).hasSize(2).allSatisfy(listed -> {
            assertThat(listed.lines()).isEqualTo(6);
            assertThat(listed.origin()).isEqualTo(example().origin());
        });
        assertThat(TranscriptFiles.find(List.of(folder)))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("a" + TranscriptFiles.SUFFIX, "b" + TranscriptFiles.SUFFIX);
    }
}

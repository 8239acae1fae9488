package dev.waypoint.extproc.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.ProtocolConfiguration;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What happens to streams: their ends, messages of other versions, slow readers. Headers alone, so that every processor takes part. */
final class StreamChecks {

    private static final int PARALLEL = 64;
    private static final int SLOW_PIECES = 64;
    private static final int SLOW_PIECE_BYTES = 64 << 10;
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int UNKNOWN_FIELD = 1999;

    private final CheckRequest request;
    private final Channel channel;
    private final List<CheckResult> results = new ArrayList<>();

    StreamChecks(CheckRequest request, Channel channel) {
        this.request = request;
        this.channel = channel;
    }

    /** Whether anybody is there. */
    CheckResult reachable() {
        return timed("the processor is there and answers headers", () -> {
            RawStream stream = new RawStream(channel, true);
            stream.send(headers(true).build());
            boolean answered = stream.next(request.patience()).isPresent();
            stream.cancel();
            return answered ? Optional.empty() : Optional.of(unanswered(stream));
        });
    }

    private Complaint unanswered(RawStream stream) {
        Optional<Status> status = stream.end(Duration.ZERO);
        boolean away = status.filter(each ->
                        each.getCode() == Status.Code.UNAVAILABLE || each.getCode() == Status.Code.UNIMPLEMENTED)
                .isPresent();
        return away ? CheckRule.REACHABLE.broken(stream.state()) : CheckRule.ANSWERED.broken(stream.state());
    }

    List<CheckResult> run() {
        results.add(timed("half-close after the last reply", this::halfClose));
        results.add(timed("half-close before the first message", this::emptyStream));
        results.add(timed("cancellation", this::cancellation));
        results.add(timed("unknown fields", this::unknownFields));
        results.add(timed("a message without a known payload", this::unknownMessage));
        results.add(timed("no protocol_config", this::noProtocolConfig));
        results.add(timed("observability mode", this::observed));
        results.add(timed(PARALLEL + " exchanges at once", this::parallel));
        request.modes().stream()
                .filter(mode -> mode == CheckMode.STREAMED || mode == CheckMode.DUPLEX)
                .forEach(mode -> results.add(slowConsumer(mode)));
        return results;
    }

    private static CheckResult timed(String name, Supplier<Optional<Complaint>> check) {
        return timed("", name, check);
    }

    private static CheckResult timed(String mode, String name, Supplier<Optional<Complaint>> check) {
        long start = System.nanoTime();
        Optional<Complaint> complaint = check.get();
        return new CheckResult(mode, name, complaint.stream().toList(), "", (System.nanoTime() - start) / 1000);
    }

    private ProcessingRequest.Builder headers(boolean withConfig) {
        ProcessingRequest.Builder message = ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map()).setEndOfStream(true));
        if (withConfig) {
            message.setProtocolConfig(ProtocolConfiguration.newBuilder());
        }
        return message;
    }

    private HeaderMap map() {
        List<String> lines = new ArrayList<>(
                List.of(":method", "GET", ":path", request.path(), ":scheme", "http", ":authority", "shop.example"));
        lines.addAll(request.headers());
        return map(lines);
    }

    private static HeaderMap map(List<String> lines) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            map.addHeaders(HeaderValue.newBuilder()
                    .setKey(lines.get(i))
                    .setRawValue(ByteString.copyFromUtf8(lines.get(i + 1))));
        }
        return map.build();
    }

    private Optional<Complaint> answers(RawStream stream, CheckRule rule) {
        return stream.next(request.patience()).isPresent()
                ? Optional.empty()
                : Optional.of(rule.broken(stream.state()));
    }

    private Optional<Complaint> endsWell(RawStream stream, CheckRule rule) {
        Optional<Status> status = stream.end(request.patience());
        stream.cancel();
        if (status.isEmpty()) {
            return Optional.of(rule.broken(
                    "the stream was still open after " + request.patience().toMillis() + " ms"));
        }
        return status.get().isOk()
                ? Optional.empty()
                : Optional.of(rule.broken("the stream ended with " + RawStream.text(status.get())));
    }

    private Optional<Complaint> halfClose() {
        RawStream stream = new RawStream(channel, true);
        stream.send(headers(true).build());
        Optional<Complaint> silent = answers(stream, CheckRule.ANSWERED);
        stream.halfClose();
        return silent.or(() -> endsWell(stream, CheckRule.HALF_CLOSE));
    }

    private Optional<Complaint> emptyStream() {
        RawStream stream = new RawStream(channel, true);
        stream.halfClose();
        return endsWell(stream, CheckRule.HALF_CLOSE);
    }

    private Optional<Complaint> cancellation() {
        for (int i = 0; i < 10; i++) {
            RawStream stream = new RawStream(channel, true);
            stream.send(headers(true).build());
            if (i % 2 == 0) {
                stream.next(request.patience());
            }
            stream.cancel();
        }
        return exchange(headers(true).build(), CheckRule.CANCELLATION);
    }

    private Optional<Complaint> exchange(ProcessingRequest first, CheckRule rule) {
        RawStream stream = new RawStream(channel, true);
        stream.send(first);
        Optional<Complaint> complaint = answers(stream, rule);
        stream.cancel();
        return complaint;
    }

    private Optional<Complaint> unknownFields() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(
                        UNKNOWN_FIELD,
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(7)
                                .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                .build())
                .build();
        ProcessingRequest.Builder message = headers(true).setUnknownFields(unknown);
        message.getRequestHeadersBuilder().setUnknownFields(unknown);
        return exchange(message.build(), CheckRule.UNKNOWN_FIELDS);
    }

    /** As window updates and other news of the protocol look to somebody who does not know them. */
    private Optional<Complaint> unknownMessage() {
        RawStream stream = new RawStream(channel, true);
        stream.send(headers(true).build());
        Optional<Complaint> silent = answers(stream, CheckRule.ANSWERED);
        if (silent.isPresent()) {
            return silent;
        }
        stream.send(ProcessingRequest.getDefaultInstance());
        Optional<ProcessingResponse> answer = stream.next(PAUSE);
        Optional<Status> end = stream.end(Duration.ZERO);
        stream.cancel();
        if (answer.isPresent()) {
            return Optional.of(CheckRule.UNKNOWN_MESSAGE.broken(
                    "it was answered with " + answer.get().getResponseCase()));
        }
        return end.filter(status -> !status.isOk())
                .map(status -> CheckRule.UNKNOWN_MESSAGE.doubtful("the stream ended with " + RawStream.text(status)));
    }

    private Optional<Complaint> noProtocolConfig() {
        return exchange(headers(false).build(), CheckRule.NO_PROTOCOL_CONFIG);
    }

    private Optional<Complaint> observed() {
        RawStream stream = new RawStream(channel, true);
        stream.send(headers(false).setObservabilityMode(true).build());
        stream.send(ProcessingRequest.newBuilder()
                .setObservabilityMode(true)
                .setResponseHeaders(HttpHeaders.newBuilder()
                        .setHeaders(map(List.of(":status", "200")))
                        .setEndOfStream(true))
                .build());
        stream.halfClose();
        return endsWell(stream, CheckRule.OBSERVED);
    }

    private Optional<Complaint> parallel() {
        List<RawStream> streams = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) {
            RawStream stream = new RawStream(channel, true);
            stream.send(headers(true).build());
            streams.add(stream);
        }
        long answered = streams.stream()
                .filter(stream -> stream.next(request.patience()).isPresent())
                .count();
        streams.forEach(RawStream::cancel);
        return answered == PARALLEL
                ? Optional.empty()
                : Optional.of(CheckRule.PARALLEL.broken(answered + " of " + PARALLEL + " were answered"));
    }

    private CheckResult slowConsumer(CheckMode mode) {
        return timed(mode.text(), "a proxy that reads slowly", () -> {
            RawStream stream = new RawStream(channel, false);
            BodyMode body = mode.body();
            stream.send(ProcessingRequest.newBuilder()
                    .setProtocolConfig(ProtocolConfiguration.newBuilder()
                            .setRequestBodyMode(body.wire())
                            .setResponseBodyMode(body.wire()))
                    .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map()))
                    .build());
            ByteString piece = ByteString.copyFromUtf8("x".repeat(SLOW_PIECE_BYTES));
            for (int i = 1; i <= SLOW_PIECES; i++) {
                stream.send(ProcessingRequest.newBuilder()
                        .setRequestBody(HttpBody.newBuilder().setBody(piece).setEndOfStream(i == SLOW_PIECES))
                        .build());
            }
            stream.end(PAUSE);
            stream.read(Integer.MAX_VALUE);
            return readAll(stream, mode);
        });
    }

    /** Reads until the body came to its end, piece by piece in STREAMED, or the processor answered itself. */
    private Optional<Complaint> readAll(RawStream stream, CheckMode mode) {
        int pieces = 0;
        while (pieces < SLOW_PIECES) {
            Optional<ProcessingResponse> reply = stream.next(request.patience());
            if (reply.isEmpty()) {
                stream.cancel();
                return Optional.of(
                        CheckRule.SLOW_CONSUMER.broken("after " + pieces + " replies to pieces " + stream.state()));
            }
            if (reply.get().hasImmediateResponse()
                    || reply.get()
                            .getRequestBody()
                            .getResponse()
                            .getBodyMutation()
                            .getStreamedResponse()
                            .getEndOfStream()) {
                break;
            }
            pieces += reply.get().hasRequestBody() && mode == CheckMode.STREAMED ? 1 : 0;
        }
        stream.cancel();
        return Optional.empty();
    }
}

package dev.waypoint.extproc.check;

import dev.waypoint.filter.testing.DrivenExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole exchanges in one mode. */
final class ExchangeChecks {

    private static final int LARGE_PIECE = 256 << 10;
    private static final int LARGE_PIECES = 24;
    private static final int LARGE_BUFFERED = 5 << 20;
    private static final long SLOW_MICROS = 200_000;

    private final CheckRequest request;
    private final CheckMode mode;
    private final PlayedFilter filter;
    private final List<CheckResult> results = new ArrayList<>();

    /** What is sent in one direction; trailers as name, value, or none. */
    private record Message(List<String> pieces, boolean trailers) {
        boolean isEmpty() {
            return pieces.isEmpty() && !trailers;
        }
    }

    private static final Message NOTHING = new Message(List.of(), false);

    ExchangeChecks(CheckRequest request, CheckMode mode) {
        this.request = request;
        this.mode = mode;
        this.filter = PlayedFilter.of(request.processor(), mode);
    }

    List<CheckResult> run() {
        try (filter) {
            warmUp();
            all();
        }
        return results;
    }

    /** Connects, and loads what a first exchange needs on our side, so that times are the processor's. */
    private void warmUp() {
        exchange("warm-up", NOTHING, NOTHING);
        results.clear();
    }

    private void all() {
        List<String> pieces = pieces(request.body());
        Message body = new Message(pieces, false);
        exchange("headers without bodies are answered, of requests and of responses", NOTHING, NOTHING);
        exchange("bodies in both directions come to their end", body, body);
        exchange("a body of one piece", new Message(List.of(request.body()), false), NOTHING);
        exchange("an empty last piece", new Message(List.of(request.body(), ""), false), body);
        exchange("an empty body", new Message(List.of(""), false), new Message(List.of(""), false));
        exchange("trailers after a body", new Message(pieces, true), new Message(pieces, true));
        exchange("trailers without a body", new Message(List.of(), true), new Message(List.of(), true));
        early(body);
        if (mode != CheckMode.HEADERS) {
            Message large = large();
            exchange("large bodies", NOTHING, large);
        }
    }

    private static List<String> pieces(String body) {
        int third = Math.max(1, body.length() / 3);
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < body.length(); at += third) {
            pieces.add(body.substring(at, Math.min(body.length(), at + third)));
        }
        return pieces;
    }

    private Message large() {
        if (mode == CheckMode.BUFFERED) {
            return new Message(List.of("x".repeat(LARGE_BUFFERED)), false);
        }
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < LARGE_PIECES; i++) {
            pieces.add("x".repeat(LARGE_PIECE));
        }
        return new Message(pieces, false);
    }

    private void exchange(String name, Message toUpstream, Message toClient) {
        long start = System.nanoTime();
        PlayedExchange played = new PlayedExchange(request, filter, toUpstream.isEmpty() ? "GET" : request.method());
        DrivenExchange exchange = played.exchange();
        exchange.sendHead(toUpstream.isEmpty());
        send(exchange, toUpstream);
        if (played.await("the request", () -> exchange.toUpstream().isEnded())) {
            exchange.respondHead(200, toClient.isEmpty(), "content-type", "text/plain");
            respond(exchange, toClient);
            played.await("the response", () -> exchange.toClient().isEnded());
        }
        finish(name, played, start);
    }

    /** The upstream answers before the request is complete. */
    private void early(Message body) {
        long start = System.nanoTime();
        PlayedExchange played = new PlayedExchange(request, filter, request.method());
        DrivenExchange exchange = played.exchange();
        exchange.sendHead(false).sendData(body.pieces().getFirst(), false);
        exchange.respondHead(200, false, "content-type", "text/plain");
        send(exchange, new Message(body.pieces().subList(1, body.pieces().size()), false));
        respond(exchange, body);
        if (played.await("the request", () -> exchange.toUpstream().isEnded())) {
            played.await("the response", () -> exchange.toClient().isEnded());
        }
        finish("a response that begins before the request is complete", played, start);
    }

    private void finish(String name, PlayedExchange played, long start) {
        long micros = (System.nanoTime() - start) / 1000;
        Optional<String> own = played.ownAnswer();
        List<Complaint> complaints = new ArrayList<>(played.end());
        boolean small = !name.startsWith("large");
        if (small && complaints.isEmpty() && micros > SLOW_MICROS) {
            complaints.add(CheckRule.PROMPT.doubtful("the exchange took " + micros / 1000 + " ms"));
        }
        results.add(new CheckResult(mode.text(), name, complaints, own.orElse(""), micros));
    }

    private static void send(DrivenExchange exchange, Message message) {
        for (int i = 0; i < message.pieces().size(); i++) {
            boolean last = i == message.pieces().size() - 1 && !message.trailers();
            exchange.sendData(message.pieces().get(i), last);
        }
        if (message.trailers()) {
            exchange.sendTrailers("x-check", "trailer");
        }
    }

    private static void respond(DrivenExchange exchange, Message message) {
        for (int i = 0; i < message.pieces().size(); i++) {
            boolean last = i == message.pieces().size() - 1 && !message.trailers();
            exchange.respondData(message.pieces().get(i), last);
        }
        if (message.trailers()) {
            exchange.respondTrailers("x-check", "trailer");
        }
    }
}

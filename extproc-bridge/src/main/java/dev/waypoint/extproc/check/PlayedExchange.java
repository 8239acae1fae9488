package dev.waypoint.extproc.check;

import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One exchange that is played through the proxy's own filter, with its state machine as the judge. */
final class PlayedExchange {

    private final CheckRequest request;
    private final FakeEnvironment environment;
    private final FilterHarness harness;
    private final DrivenExchange exchange;
    private final Map<ProtocolFault, Long> before = new EnumMap<>(ProtocolFault.class);
    private final List<Complaint> complaints = new ArrayList<>();

    PlayedExchange(CheckRequest request, PlayedFilter filter, String method) {
        this.request = request;
        this.environment = filter.environment();
        this.harness = filter.harness();
        for (ProtocolFault fault : ProtocolFault.values()) {
            before.put(fault, counted(fault));
        }
        this.exchange =
                harness.exchange(method, request.path(), request.headers().toArray(String[]::new));
    }

    private long counted(ProtocolFault fault) {
        return environment.counted("fault_" + fault.name().toLowerCase(Locale.ROOT));
    }

    DrivenExchange exchange() {
        return exchange;
    }

    /** Waits until something happened, or the processor answered in place of it; whether the exchange goes on. */
    boolean await(String what, BooleanSupplier happened) {
        long end = System.nanoTime() + request.patience().toNanos();
        harness.loop().run();
        while (!happened.getAsBoolean() && !isOver()) {
            if (System.nanoTime() > end) {
                complaints.add(CheckRule.ANSWERED.broken(
                        what + " did not go on within " + request.patience().toMillis() + " ms; " + progress()));
                return false;
            }
            try {
                TimeUnit.MICROSECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            harness.loop().run();
        }
        return !isOver();
    }

    private String progress() {
        return "%d bytes of the request and %d of the response went on"
                .formatted(
                        exchange.toUpstream().bytes().length,
                        exchange.toClient().bytes().length);
    }

    private boolean isOver() {
        return exchange.reply().isPresent() || exchange.isReset();
    }

    /** Whether the processor answered the client itself, as it may. */
    Optional<String> ownAnswer() {
        boolean streamed = exchange.toClient().head().isPresent()
                && exchange.toClient().isEnded()
                && exchange.response().isEmpty();
        return exchange.reply()
                .filter(reply -> reply.cause() == ReplyCause.EXT_PROC_REPLY)
                .map(reply -> "answered with " + reply.status())
                .or(() -> streamed ? Optional.of("answered piece by piece") : Optional.empty());
    }

    /** Ends the exchange, and tells what was wrong. */
    List<Complaint> end() {
        boolean failed = exchange.reply()
                .filter(reply -> reply.cause() == ReplyCause.EXT_PROC_ERROR)
                .isPresent();
        for (ProtocolFault fault : ProtocolFault.values()) {
            if (counted(fault) > before.getOrDefault(fault, 0L)) {
                complaints.add(Complaint.of(fault, received(fault)));
            }
        }
        if ((failed || exchange.isReset()) && complaints.stream().noneMatch(Complaint::fatal)) {
            complaints.add(CheckRule.ANSWERED.broken("the exchange failed: "
                    + exchange.reply().map(reply -> reply.detail()).orElse("it was reset") + "; " + progress()));
        }
        exchange.end();
        return complaints;
    }

    private String received(ProtocolFault fault) {
        String mark = "✗ " + fault.anchor() + ": ";
        return exchange.notes().stream()
                .filter(note -> note.contains(mark))
                .map(note -> note.substring(note.indexOf(mark) + mark.length()))
                .findFirst()
                .or(() -> exchange.reply().map(reply -> reply.detail()))
                .orElse("in the course of the exchange");
    }
}

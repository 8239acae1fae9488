package dev.waypoint.extproc;

import dev.waypoint.config.Cidr;
import dev.waypoint.extproc.DebuggingConfig.Marked;
import dev.waypoint.extproc.Treatment.Recording;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides how exchanges are treated. */
final class Treatments {

    /** Marks that were taken off the request, for filters that come behind and look for the same. */
    private static final ExchangeKey<Map<String, String>> TAKEN_OFF = ExchangeKey.of("ext-proc marks");

    private static final String SECRET_KEY = "mark";

    private final Treatment usual;
    private final Treatment sampled;
    private final List<Mark> marks = new ArrayList<>();
    private final double sampledPercent;
    private final boolean records;

    /** A mark that may be on a request; an empty secret means that any value will do. */
    private record Mark(Marked config, String secret, Treatment treatment) {}

    /** @param special makes the treatment of marked requests */
    Treatments(
            DebuggingConfig config,
            Treatment usual,
            Function<Marked, Treatment> special,
            FilterEnvironment environment) {
        this.usual = usual;
        this.records = environment.recordings().isOpen();
        this.sampledPercent = records ? config.transcripts().sampledPercent() : 0;
        this.sampled = usual.recorded(Recording.SAMPLED);
        for (Marked marked : config.marked()) {
            Treatment treatment = special.apply(marked);
            boolean recorded = records && marked.record();
            marks.add(new Mark(
                    marked, secret(marked, environment), recorded ? treatment.recorded(Recording.MARKED) : treatment));
        }
    }

    private static String secret(Marked marked, FilterEnvironment environment) {
        if (marked.secretRef().isEmpty()) {
            return "";
        }
        DebuggingConfig.SecretRef ref = marked.secretRef().get();
        byte[] value = environment.data(ExtProcFilterFactory.secret(ref)).get(SECRET_KEY);
        if (value == null || new String(value, StandardCharsets.UTF_8).isBlank()) {
            throw new IllegalArgumentException(environment.owner() + " names the Secret " + ref.name()
                    + ", which has no " + SECRET_KEY + ", expected the value of the header " + marked.header());
        }
        return new String(value, StandardCharsets.UTF_8).strip();
    }

    /** How an exchange is treated. All marks that could count are taken off the request: upstream has no use for them. */
    Treatment of(Exchange exchange) {
        Treatment special = marks.isEmpty() ? null : marked(exchange);
        Treatment chosen = special == null ? usual : special;
        boolean byChance = sampledPercent > 0
                && chosen.recording() == Recording.OFF
                && ThreadLocalRandom.current().nextDouble() * 100 < sampledPercent;
        if (!byChance) {
            return chosen;
        }
        return special == null ? sampled : special.recorded(Recording.SAMPLED);
    }

    /** What the first mark that counts says; null if there is none. */
    private @Nullable Treatment marked(Exchange exchange) {
        Treatment chosen = null;
        for (Mark mark : marks) {
            String value = takeOff(exchange, mark.config().header());
            if (chosen == null && !value.isEmpty() && counts(mark, value, exchange)) {
                chosen = mark.treatment();
            }
        }
        return chosen;
    }

    private static String takeOff(Exchange exchange, String header) {
        Map<String, String> taken = exchange.get(TAKEN_OFF).orElse(Map.of());
        String value = exchange.request().headers().get(header);
        if (value == null) {
            return taken.getOrDefault(header, "");
        }
        exchange.request().headers().remove(header);
        Map<String, String> more = new HashMap<>(taken);
        more.put(header, value);
        exchange.set(TAKEN_OFF, more);
        return value;
    }

    private static boolean counts(Mark mark, String value, Exchange exchange) {
        boolean trusted = mark.config().trustedSources().isEmpty();
        for (Cidr block : mark.config().trustedSources()) {
            trusted |= block.contains(exchange.clientAddress());
        }
        return trusted
                && (mark.secret().isEmpty()
                        || MessageDigest.isEqual(
                                mark.secret().getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8)));
    }
}

package dev.waypoint.plan;

import com.google.re2j.Pattern;
import dev.waypoint.filter.PathChange;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.PathRewriteIr;
import dev.waypoint.upstream.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What stands at the end of a chain, ready to be done. */
public sealed interface CompiledAction {

    /** To one of several backends. */
    final class Forward implements CompiledAction {
        private final WeightedTarget[] targets;
        private final int[] ends;
        private final int total;
        private final List<Mirror> mirrors;

        Forward(List<WeightedTarget> targets, List<Mirror> mirrors) {
            this.targets = targets.toArray(WeightedTarget[]::new);
            this.mirrors = List.copyOf(mirrors);
            ends = new int[this.targets.length];
            int sum = 0;
            for (int i = 0; i < ends.length; i++) {
                sum += this.targets[i].weight();
                ends[i] = sum;
            }
            total = sum;
        }

        /** One of the targets, by weight; the unusable target if no weight is above zero. */
        public WeightedTarget pick() {
            if (targets.length == 1 && total > 0) {
                return targets[0];
            }
            if (total == 0) {
                return WeightedTarget.NONE;
            }
            int point = ThreadLocalRandom.current().nextInt(total);
            int index = Arrays.binarySearch(ends, point + 1);
            if (index < 0) {
                return targets[-index - 1];
            }
            while (index > 0 && ends[index - 1] == ends[index]) {
                index--;
            }
            return targets[index];
        }

        /** All targets. */
        public List<WeightedTarget> targets() {
            return List.of(targets);
        }

        /** Where copies go. */
        public List<Mirror> mirrors() {
            return mirrors;
        }
    }

    /**
     * A redirect.
     *
     * @param path what becomes of the path; empty if it stays
     */
    record Redirect(ActionIr.Redirect ir, Optional<PathChange> path) implements CompiledAction {
        static Redirect of(ActionIr.Redirect ir) {
            return new Redirect(ir, ir.path().map(Redirect::change));
        }

        private static PathChange change(PathRewriteIr rewrite) {
            return switch (rewrite) {
                case PathRewriteIr.Full full -> new PathChange.Whole(full.path());
                case PathRewriteIr.Prefix prefix -> new PathChange.Elements(prefix.prefix(), prefix.replacement());
                case PathRewriteIr.Text text -> new PathChange.Characters(text.prefix(), text.replacement());
                case PathRewriteIr.Regex regex ->
                    new PathChange.Matches(Pattern.compile(regex.pattern()), groupsByDollar(regex.replacement()));
            };
        }

        /** Envoy names groups as {@code \1}, the library as {@code $1}. */
        private static String groupsByDollar(String replacement) {
            return replacement.replace("$", "\\$").replaceAll("\\\\([0-9])", "\\$$1");
        }
    }

    /** A fixed answer. */
    record DirectReply(ActionIr.DirectReply ir) implements CompiledAction {}

    /** There is no such route. */
    record NotFound() implements CompiledAction {}

    /** The rule is invalid. */
    record Broken(String message) implements CompiledAction {}

    /** Where copies of a share of the requests go. */
    record Mirror(Backend backend, int numerator, int denominator) {
        /** Draws whether this request is copied. */
        public boolean takes() {
            return numerator >= denominator || ThreadLocalRandom.current().nextInt(denominator) < numerator;
        }
    }

    /**
     * One backend of a split.
     *
     * @param backend where to; empty if the reference is invalid
     * @param problem why it is invalid
     * @param filters the filters that run when this one was chosen
     * @param subset labels that the endpoint must bear
     */
    record WeightedTarget(
            Optional<Backend> backend,
            String problem,
            int weight,
            List<ChainEntry> filters,
            Map<String, String> subset) {
        static final WeightedTarget NONE =
                new WeightedTarget(Optional.empty(), "no backend has a weight above zero", 0, List.of(), Map.of());
    }
}

package dev.waypoint.ir;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands at the end of a chain. */
public sealed interface ActionIr {

    /**
     * To one of the backends, by weight.
     *
     * @param backends the backends; invalid ones keep their share and answer it with an error
     * @param mirrors copies of the request that go elsewhere too
     */
    record Forward(List<WeightedIr> backends, List<MirrorIr> mirrors) implements ActionIr {
        public Forward {
            backends = List.copyOf(backends);
            mirrors = List.copyOf(mirrors);
        }
    }

    /**
     * A redirect; what is empty is taken from the request.
     *
     * @param dropQuery whether the request's query is left out
     */
    record Redirect(
            Optional<String> scheme,
            Optional<String> hostname,
            Optional<Integer> port,
            Optional<PathRewriteIr> path,
            int status,
            boolean dropQuery)
            implements ActionIr {

        /** A redirect that keeps the request's query. */
        public Redirect(
                Optional<String> scheme,
                Optional<String> hostname,
                Optional<Integer> port,
                Optional<PathRewriteIr> path,
                int status) {
            this(scheme, hostname, port, path, status, false);
        }
    }

    /** A fixed answer. */
    record DirectReply(int status, Map<String, String> headers, String body) implements ActionIr {
        public DirectReply {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * There is no such route: 404 after the filters of the chain had their say, as a request gets it that no rule takes. For
     * sources whose filters run in front of routing.
     */
    record NotFound() implements ActionIr {}

    /**
     * The rule is invalid: all its requests fail with status 500 (gRPC: UNAVAILABLE).
     *
     * @param message why, naming the object to edit
     */
    record Broken(String message) implements ActionIr {}

    /**
     * One backend of a split.
     *
     * @param backend the backend, or empty if the reference is invalid
     * @param problem why the reference is invalid; empty if it is valid
     * @param weight the weight, 0 to 1,000,000
     * @param filters filters that run when this one was chosen
     * @param subset labels that an endpoint must bear; empty for all endpoints
     */
    record WeightedIr(
            Optional<BackendId> backend,
            String problem,
            int weight,
            List<FilterIr> filters,
            Map<String, String> subset) {
        public WeightedIr {
            filters = List.copyOf(filters);
            subset = Map.copyOf(subset);
        }
    }

    /**
     * A copy of the request.
     *
     * @param backend where it goes
     * @param numerator the share of the requests, in parts of the denominator
     * @param denominator at least 1
     */
    record MirrorIr(BackendId backend, int numerator, int denominator) {}

    /** A change of the path. */
    sealed interface PathRewriteIr {
        /** The whole path is replaced; the query stays. */
        record Full(String path) implements PathRewriteIr {}

        /** The matched prefix is replaced, element-wise. */
        record Prefix(String prefix, String replacement) implements PathRewriteIr {}

        /** The characters of the matched prefix are replaced, whatever follows them. */
        record Text(String prefix, String replacement) implements PathRewriteIr {}

        /**
         * All matches of an expression (RE2) in the path without its query are replaced.
         *
         * @param replacement may hold {@code \1} to {@code \9}, and {@code \0} for the whole match
         */
        record Regex(String pattern, String replacement) implements PathRewriteIr {}
    }
}

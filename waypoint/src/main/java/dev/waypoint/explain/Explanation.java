package dev.waypoint.explain;

import java.util.List;
import java.util.Optional;

/**
 * What would happen to a request.
 *
 * @param request the request in one line
 * @param snapshot the version of the snapshot that was asked
 * @param verdict the outcome in one sentence
 * @param taken whether a route takes the request
 * @param listeners the listeners that were looked at
 * @param hosts the host names of the chosen listener
 * @param routes the routes of the chosen host name, in the order in which they are asked
 * @param outcome what happens then; empty if no route takes the request
 */
public record Explanation(
        String request,
        long snapshot,
        String verdict,
        boolean taken,
        List<Candidate> listeners,
        List<Candidate> hosts,
        List<Candidate> routes,
        Optional<Outcome> outcome) {

    public Explanation {
        listeners = List.copyOf(listeners);
        hosts = List.copyOf(hosts);
        routes = List.copyOf(routes);
    }

    /**
     * Something that might have been chosen.
     *
     * @param name what it is
     * @param chosen whether it was
     * @param reason why, or why not
     */
    public record Candidate(String name, boolean chosen, String reason) {}

    /**
     * What happens once a route is chosen.
     *
     * @param route the route object
     * @param rule the rule's name or index
     * @param filters the filters in the order in which the request passes them
     * @param action what stands at the end
     * @param limits timeouts and retries
     * @param backends the backends
     */
    public record Outcome(
            String route,
            String rule,
            List<FilterStep> filters,
            String action,
            List<String> limits,
            List<BackendShare> backends) {
        public Outcome {
            filters = List.copyOf(filters);
            limits = List.copyOf(limits);
            backends = List.copyOf(backends);
        }
    }

    /**
     * One filter on the way.
     *
     * @param filter its name
     * @param stage where it stands
     * @param source the object that configured it
     * @param enforcement whether it is obeyed
     * @param when empty, or the backend for which it runs
     */
    public record FilterStep(
            String filter, String stage, String source, String enforcement, String when, List<String> details) {
        public FilterStep {
            details = List.copyOf(details);
        }
    }

    /**
     * One backend that may be chosen.
     *
     * @param backend its name, or what is wrong with it
     * @param percent its share of the requests
     * @param reason what gave it that share
     * @param endpoints its endpoints with their state
     */
    public record BackendShare(String backend, double percent, String reason, List<String> endpoints) {
        public BackendShare {
            endpoints = List.copyOf(endpoints);
        }
    }
}

package dev.waypoint.explain;

import dev.waypoint.explain.Explanation.Candidate;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.plan.CompiledListener;
import dev.waypoint.plan.CompiledRoute;
import dev.waypoint.plan.HostTable;
import dev.waypoint.plan.PortPlan;
import dev.waypoint.plan.RouteTable;
import dev.waypoint.plan.RoutingSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks a snapshot what it would do. Filters are named, not run: what they would change or refuse is not taken into account. */
public final class Explainer {

    /** Routes that a request does not even resemble are counted, not listed, beyond this number. */
    private static final int MAX_ROUTES = 50;

    private final RoutingSnapshot snapshot;
    private final MadeUpRequest request;
    private final String host;
    private final List<Candidate> listeners = new ArrayList<>();
    private final List<Candidate> hosts = new ArrayList<>();
    private final List<Candidate> routes = new ArrayList<>();

    private Explainer(RoutingSnapshot snapshot, MadeUpRequest request) {
        this.snapshot = snapshot;
        this.request = request;
        host = HostTable.hostOf(request.head().authority());
    }

    /** Explains a request. */
    public static Explanation explain(RoutingSnapshot snapshot, MadeUpRequest request) {
        return new Explainer(snapshot, request).run();
    }

    private Explanation run() {
        Optional<PortPlan> port = port();
        Optional<CompiledListener> listener = port.flatMap(this::listener);
        if (port.isEmpty() || listener.isEmpty()) {
            return result("404: no listener takes the request", Optional.empty());
        }
        Optional<RouteTable> table = table(listener.get());
        if (table.isEmpty()) {
            return result(
                    "404: no route of listener " + listener.get().ir().id() + " serves the host " + host,
                    Optional.empty());
        }
        Optional<CompiledRoute> route = Optional.ofNullable(table.get().find(request.head()));
        routes(table.get(), route);
        return route.map(found -> {
                    Explanation.Outcome outcome = OutcomeDescription.of(found, request.head());
                    return result(outcome.action(), Optional.of(outcome));
                })
                .orElseGet(() -> result("404: no route matches", Optional.empty()));
    }

    private Explanation result(String verdict, Optional<Explanation.Outcome> outcome) {
        RequestHead head = request.head();
        String line = head.method() + " " + request.scheme() + "://" + head.authority() + head.path();
        return new Explanation(
                line, snapshot.version(), verdict, outcome.isPresent(), listeners, hosts, routes, outcome);
    }

    private Optional<PortPlan> port() {
        boolean secure = request.scheme().equals("https");
        List<PortPlan> fitting = snapshot.ports().values().stream()
                .filter(port -> port.secure() == secure)
                .toList();
        int wanted = request.port().orElse(secure ? 443 : 80);
        Optional<PortPlan> exact =
                fitting.stream().filter(port -> port.port() == wanted).findFirst();
        Optional<PortPlan> chosen = exact.isEmpty() && request.port().isEmpty() && fitting.size() == 1
                ? Optional.of(fitting.getFirst())
                : exact;
        snapshot.ports().values().stream()
                .sorted(Comparator.comparingInt(PortPlan::port))
                .filter(port -> chosen.isEmpty() || !port.equals(chosen.get()))
                .forEach(port -> port.listeners()
                        .forEach(listener -> listeners.add(
                                new Candidate(describe(listener.ir()), false, whyNot(port, secure, wanted)))));
        return chosen;
    }

    private static String whyNot(PortPlan port, boolean secure, int wanted) {
        if (port.secure() != secure) {
            return secure ? "serves http, the request is https" : "serves https, the request is http";
        }
        return "serves port " + port.port() + ", the request goes to port " + wanted;
    }

    private Optional<CompiledListener> listener(PortPlan port) {
        Optional<CompiledListener> chosen = port.byHost().find(host);
        for (CompiledListener listener : port.listeners()) {
            boolean isChosen = chosen.isPresent() && chosen.get() == listener;
            String hostname = listener.ir().hostname();
            listeners.add(new Candidate(describe(listener.ir()), isChosen, hostReason(isChosen, hostname)));
        }
        return chosen;
    }

    private Optional<RouteTable> table(CompiledListener listener) {
        Optional<RouteTable> chosen = listener.hosts().find(host);
        Optional<String> name = listener.ir().hosts().stream()
                .map(HostIr::hostname)
                .filter(hostname -> serves(hostname, host))
                .max(Comparator.comparingInt(Explainer::rank));
        for (HostIr candidate : listener.ir().hosts()) {
            String hostname = candidate.hostname();
            boolean isChosen =
                    chosen.isPresent() && name.isPresent() && name.get().equals(hostname);
            hosts.add(new Candidate(hostname, isChosen, hostReason(isChosen, hostname)));
        }
        return chosen;
    }

    private String hostReason(boolean chosen, String hostname) {
        if (chosen) {
            return hostname.isEmpty() || hostname.equals("*")
                    ? "serves all hosts"
                    : "is the most specific name for " + host;
        }
        return serves(hostname, host)
                ? "serves " + host + " too, but another name is more specific"
                : "does not serve " + host;
    }

    private static boolean serves(String hostname, String host) {
        if (hostname.isEmpty() || hostname.equals("*")) {
            return true;
        }
        if (hostname.startsWith("*.")) {
            return host.length() > hostname.length() - 1 && host.endsWith(hostname.substring(1));
        }
        return hostname.equals(host);
    }

    /** Exact names before wildcards, longer before shorter. */
    private static int rank(String hostname) {
        if (hostname.isEmpty() || hostname.equals("*")) {
            return 0;
        }
        return hostname.startsWith("*.") ? hostname.length() : 1000 + hostname.length();
    }

    private void routes(RouteTable table, Optional<CompiledRoute> chosen) {
        boolean behind = false;
        int unlisted = 0;
        for (CompiledRoute route : table.routes()) {
            Optional<String> mismatch = route.mismatch(request.head());
            boolean isChosen = chosen.isPresent() && chosen.get() == route;
            boolean otherPath = mismatch.filter("path"::equals).isPresent();
            if (otherPath && routes.size() >= MAX_ROUTES) {
                unlisted++;
                continue;
            }
            String name = route.rule().ir().route() + " rule "
                    + route.rule().ir().name() + ": " + MatchText.of(route.match());
            routes.add(new Candidate(name, isChosen, routeReason(route, isChosen, behind, mismatch)));
            behind |= isChosen;
        }
        if (unlisted > 0) {
            routes.add(new Candidate(unlisted + " more routes", false, "their paths do not match"));
        }
    }

    private String routeReason(CompiledRoute route, boolean chosen, boolean behind, Optional<String> mismatch) {
        if (chosen) {
            return "is the first that matches";
        }
        if (mismatch.isEmpty()) {
            return behind ? "matches too, but comes later in the order of precedence" : "matches";
        }
        return MatchText.mismatch(mismatch.get(), route.match(), request.head());
    }

    private static String describe(ListenerIr listener) {
        String hostname = listener.hostname().isEmpty() ? "all hosts" : listener.hostname();
        return "%s of %s (%s, port %d, %s)"
                .formatted(listener.name(), listener.owner(), listener.protocol(), listener.port(), hostname);
    }
}

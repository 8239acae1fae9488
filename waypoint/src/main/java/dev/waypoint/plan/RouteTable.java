package dev.waypoint.plan;

import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.MatchIr.PathIr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host: the first in order that matches takes the request. Few routes are asked one after the other; many are
 * looked up by their exact path or prefix, so that the cost grows with the length of the path and not with the number of routes.
 */
public final class RouteTable {

    private static final int FEW = 8;

    private final CompiledRoute[] routes;
    private final Map<String, int[]> exact = new HashMap<>();
    private final Map<String, int[]> prefixes = new HashMap<>();
    private final int[] others;

    RouteTable(List<CompiledRoute> inOrder) {
        routes = inOrder.toArray(CompiledRoute[]::new);
        List<Integer> rest = new ArrayList<>();
        Map<String, List<Integer>> byPath = new HashMap<>();
        Map<String, List<Integer>> byPrefix = new HashMap<>();
        for (int i = 0; i < routes.length; i++) {
            switch (routes[i].matcher().ir().path()) {
                case PathIr.Exact path ->
                    byPath.computeIfAbsent(path.value(), key -> new ArrayList<>())
                            .add(i);
                case PathIr.Prefix path ->
                    byPrefix.computeIfAbsent(RouteMatcher.stripSlash(path.value()), key -> new ArrayList<>())
                            .add(i);
                case PathIr.TextPrefix path -> rest.add(i);
                case PathIr.Regex path -> rest.add(i);
            }
        }
        byPath.forEach((path, indexes) -> exact.put(path, toArray(indexes)));
        byPrefix.forEach((path, indexes) -> prefixes.put(path, toArray(indexes)));
        others = toArray(rest);
    }

    private static int[] toArray(List<Integer> indexes) {
        return indexes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** All routes in order. */
    public List<CompiledRoute> routes() {
        return List.of(routes);
    }

    /** The route of a request; null if none matches. */
    public @Nullable CompiledRoute find(RequestHead head) {
        String path = MatchPath.of(head.path());
        if (routes.length <= FEW) {
            for (CompiledRoute route : routes) {
                if (route.matcher().matchesPath(path) && route.matcher().matchesRest(head)) {
                    return route;
                }
            }
            return null;
        }
        int best = first(exact.get(path), head, Integer.MAX_VALUE);
        best = first(prefixes.get(path), head, best);
        for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            best = first(prefixes.get(path.substring(0, slash)), head, best);
        }
        for (int index : others) {
            if (index >= best) {
                break;
            }
            RouteMatcher matcher = routes[index].matcher();
            if (matcher.matchesPath(path) && matcher.matchesRest(head)) {
                best = index;
            }
        }
        return best == Integer.MAX_VALUE ? null : routes[best];
    }

    /** The first of some routes, whose paths match already, that matches and stands before the best so far. */
    private int first(int @Nullable [] indexes, RequestHead head, int best) {
        if (indexes != null) {
            for (int index : indexes) {
                if (index >= best) {
                    return best;
                }
                if (routes[index].matcher().matchesRest(head)) {
                    return index;
                }
            }
        }
        return best;
    }
}

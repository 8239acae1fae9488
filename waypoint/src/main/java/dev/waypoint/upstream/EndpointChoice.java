package dev.waypoint.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a request asks of its endpoint.
 *
 * @param hash the hash of its key, for consistent hashing
 * @param subset labels that the endpoint must bear; empty for any
 * @param tried endpoints that failed this request already: avoided as long as there are others
 */
public record EndpointChoice(long hash, Map<String, String> subset, Set<Endpoint> tried) {

    /** Any endpoint. */
    public static final EndpointChoice ANY = new EndpointChoice(0, Map.of(), Set.of());

    boolean isPlain() {
        return subset.isEmpty() && tried.isEmpty();
    }

    List<Endpoint> among(List<Endpoint> endpoints, boolean strict) {
        List<Endpoint> result = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            boolean member = endpoint.ir().labels().entrySet().containsAll(subset.entrySet());
            if (member && (!strict || (endpoint.available() && !tried.contains(endpoint)))) {
                result.add(endpoint);
            }
        }
        return result;
    }
}

package dev.waypoint.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks of its endpoint.
 *
 * @param hash the hash of its key, for consistent hashing
 * @param subset labels that the endpoint must bear; empty for any
 * @param tried endpoints that failed this request already: avoided as long as there are others
 * @param wanted the address of the endpoint that the client's session is bound to; empty for none
 */
public record EndpointChoice(long hash, Map<String, String> subset, Set<Endpoint> tried, String wanted) {

    /** Any endpoint. */
    public static final EndpointChoice ANY = new EndpointChoice(0, Map.of(), Set.of(), "");

    boolean isPlain() {
        return subset.isEmpty() && tried.isEmpty();
    }

    /** Whether an endpoint takes this request as long as there are others. */
    private boolean suits(Endpoint endpoint) {
        return endpoint.available() && !tried.contains(endpoint);
    }

    /** The endpoint of the session, if it takes requests and is one that this request may go to. */
    Optional<Endpoint> ofSession(List<Endpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            if (endpoint.address().equals(wanted) && suits(endpoint) && isMember(endpoint)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }

    private boolean isMember(Endpoint endpoint) {
        return endpoint.ir().labels().entrySet().containsAll(subset.entrySet());
    }

    List<Endpoint> among(List<Endpoint> endpoints, boolean strict) {
        List<Endpoint> result = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            if (isMember(endpoint) && (!strict || suits(endpoint))) {
                result.add(endpoint);
            }
        }
        return result;
    }
}

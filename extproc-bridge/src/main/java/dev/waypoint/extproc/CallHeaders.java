package dev.waypoint.extproc;

import dev.waypoint.filter.Exchange;
import dev.waypoint.filters.envoy.Substitution;
import io.grpc.Metadata;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of the call to a processor. Values may hold commands such as {@code %REQ(:path)%}. */
final class CallHeaders {

    private final Metadata fixed = new Metadata();
    private final Map<Metadata.Key<String>, Substitution> computed = new LinkedHashMap<>();

    CallHeaders(Map<String, String> config) {
        config.forEach((name, value) -> {
            Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
            if (value.indexOf('%') < 0) {
                fixed.put(key, value);
            } else {
                computed.put(key, Substitution.of(value));
            }
        });
    }

    Metadata of(Exchange exchange) {
        if (computed.isEmpty()) {
            return fixed;
        }
        Metadata headers = new Metadata();
        headers.merge(fixed);
        var subject = new Substitution.Subject(exchange, exchange.request(), exchange.response());
        computed.forEach((key, value) -> headers.put(key, value.text(subject)));
        return headers;
    }
}

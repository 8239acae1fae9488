package dev.waypoint.filters;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks an HTTP service, as the core API's ExternalAuth describes it: the request's own method, host, {@code authorization} and path
 * behind a prefix; any answer with status 200 admits.
 */
final class AuthorizationHttp implements ExtAuthz.Protocol {

    /** Headers of an answer that describe the answer itself and would be wrong on the request. */
    private static final Set<String> ABOUT_THE_ANSWER = Set.of(
            "content-type", "content-encoding", "content-language", "date", "server", "vary", "etag", "last-modified");

    private static final int FIRST_SERVER_ERROR = 500;

    private final String pathPrefix;
    private final List<String> allowedHeaders;
    private final List<String> allowedResponseHeaders;

    AuthorizationHttp(String pathPrefix, List<String> allowedHeaders, List<String> allowedResponseHeaders) {
        this.pathPrefix = pathPrefix;
        this.allowedHeaders = allowedHeaders;
        this.allowedResponseHeaders = allowedResponseHeaders;
    }

    @Override
    public boolean http2() {
        return false;
    }

    @Override
    public HttpRequest request(Exchange exchange, byte[] body, String authority) {
        RequestHead head = exchange.request();
        RequestHeadersBuilder headers = RequestHeaders.builder()
                .set(HttpHeaderNames.METHOD, sendable(head.method()))
                .path(pathPrefix + head.path())
                .authority(head.authority());
        copy(head, "authorization", headers);
        for (String name : allowedHeaders) {
            if (AuthorizationAnswer.Edit.isAllowed(name)) {
                copy(head, name, headers);
            }
        }
        headers.setLong(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return HttpRequest.of(headers.build(), HttpData.wrap(body));
    }

    /** The question must be about the request's own method: about another one the answer could be another. */
    private static String sendable(String method) {
        if (!HttpMethod.isSupported(method) || method.equals("CONNECT")) {
            throw new IllegalStateException(
                    "the method " + method + " cannot be asked about by HTTP: use the protocol GRPC");
        }
        return method;
    }

    private static void copy(RequestHead head, String name, RequestHeadersBuilder to) {
        List<String> values = head.headers().getAll(name);
        if (!values.isEmpty()) {
            to.remove(name);
            to.add(name, values);
        }
    }

    @Override
    public AuthorizationAnswer read(AggregatedHttpResponse response) {
        int status = response.status().code();
        if (status >= FIRST_SERVER_ERROR) {
            throw new IllegalStateException("the service answered " + status);
        }
        if (status != 200) {
            HttpHeadersBuilder headers = HttpHeaders.builder();
            response.headers().forEach((name, value) -> {
                if (AuthorizationAnswer.Edit.isAllowed(name.toString())) {
                    headers.add(name, value);
                }
            });
            return new AuthorizationAnswer.Denied(
                    Math.max(200, status),
                    headers.build(),
                    HttpData.wrap(response.content().array()));
        }
        List<AuthorizationAnswer.Edit> edits = new ArrayList<>();
        response.headers().forEach((name, value) -> {
            String text = name.toString();
            boolean wanted = allowedResponseHeaders.isEmpty()
                    ? !ABOUT_THE_ANSWER.contains(text)
                    : allowedResponseHeaders.contains(text);
            if (wanted && AuthorizationAnswer.Edit.isAllowed(text)) {
                boolean again = edits.stream().anyMatch(edit -> edit.name().contentEquals(text));
                edits.add(new AuthorizationAnswer.Edit(
                        name, value, again ? AuthorizationAnswer.Edit.How.APPEND : AuthorizationAnswer.Edit.How.SET));
            }
        });
        return new AuthorizationAnswer.Allowed(edits, List.of(), List.of(), Map.of(), List.of(), Optional.empty());
    }
}

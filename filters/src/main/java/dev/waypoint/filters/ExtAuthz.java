package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpRequest;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a service whether a request may go on: by gRPC (Envoy's {@code envoy.service.auth.v3.Authorization/Check}) or HTTP. If the
 * service cannot be asked, the request is refused, unless {@code failOpen} is set.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class ExtAuthz implements FilterFactory<ExtAuthz.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "ext-authz",
            Placement.in(Stage.AUTHORIZE),
            Config.class,
            "Asks an authorization service, by gRPC or HTTP, whether a request may go on.");

    private static final long MAX_ANSWER_BYTES = 1024L * 1024;

    /** How the service is asked. */
    public enum ProtocolName {
        GRPC,
        HTTP
    }

    /** A Service. */
    public record Backend(
            @Doc("The name of the Service.") @Size(min = 1, max = 253)
            String name,

            @Doc("Its namespace; else that of the referring object. Another one needs a ReferenceGrant.")
            @Size(min = 1, max = 63)
            Optional<String> namespace,

            @Doc("Its port.") @Range(min = 1, max = 65535) int port) {
        private ConfigReference.ServiceReference reference() {
            return new ConfigReference.ServiceReference(name, namespace, port);
        }
    }

    /** The configuration. */
    @Doc("gRPC is Envoy's `envoy.service.auth.v3.Authorization/Check`. HTTP sends the request's method, host, "
            + "`authorization` and path (behind `path`); 200 admits, 500 and more is a failure, all else goes to "
            + "the client. Without `maxBodyBytes` no body is sent. An answer may set no header that frames "
            + "messages, and not the host. Refusals have cause `UNAUTHORIZED` (401: `UNAUTHENTICATED`), detail "
            + "`ext_authz_denied`; if the service cannot be asked, `ext_authz_error` or `ext_authz_timeout` with "
            + "`statusOnError`. A BackendTLSPolicy of the Service is obeyed. Metadata of the answer is published under "
            + "`envoy.filters.http.ext_authz`. Counts the events `denied` and `failed`.")
    @Example("{protocol: 'GRPC', backendRef: {name: 'authz', port: 9000}, timeout: '500ms'}")
    public record Config(
            @Doc("`GRPC`: Envoy's Check call; `HTTP`: a request of the same method and path.")
            ProtocolName protocol,

            @Doc("The service to ask.") Backend backendRef,

            @Doc("The headers that are sent. Empty: all for gRPC, none but `authorization` and the host for HTTP.")
            @Size(max = 64)
            List<HeaderName> allowedHeaders,

            @Doc("HTTP: put before the request's path.") @Default("\"\"") @Size(max = 1024)
            String path,

            @Doc(
                    "HTTP: the headers of the answer that the request gets. Empty: all that do not describe the answer itself.")
            @Size(max = 64)
            List<HeaderName> allowedResponseHeaders,

            @Doc("Sends the body too, held until it is complete; larger ones are answered with 413.")
            @Range(min = 1, max = 16777216)
            OptionalInt maxBodyBytes,

            @Doc("How long the answer may take.") @Default("\"200ms\"")
            Duration timeout,

            @Doc("Whether requests go on when the service cannot be asked.") @Default("false")
            boolean failOpen,

            @Doc("The status of refusals when the service cannot be asked.")
            @Default("403")
            @Range(min = 400, max = 599)
            int statusOnError,

            @Doc("gRPC: facts that are sent with each request.") @Size(max = 64)
            Map<String, String> contextExtensions,

            @Doc("Whether the route is matched again after an answer that changed the request.") @Default("false")
            boolean reroute) {
        public Config {
            allowedHeaders = List.copyOf(allowedHeaders);
            allowedResponseHeaders = List.copyOf(allowedResponseHeaders);
            contextExtensions = Map.copyOf(contextExtensions);
            if (timeout.isZero()) {
                throw new IllegalArgumentException("timeout is 0s, expected more");
            }
            if (!path.isEmpty() && !path.startsWith("/")) {
                throw new IllegalArgumentException("path is '" + path + "', expected a leading slash");
            }
        }
    }

    /** One way to ask. */
    interface Protocol {

        /** Whether the service's connections are spoken on in HTTP/2. */
        boolean http2();

        /** The question. */
        HttpRequest request(Exchange exchange, byte[] body, String authority);

        /**
         * Reads the answer.
         *
         * @throws IllegalStateException if it is none
         */
        AuthorizationAnswer read(AggregatedHttpResponse response);
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public List<ConfigReference> references(Config config) {
        return List.of(config.backendRef.reference());
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        List<String> sent =
                config.allowedHeaders.stream().map(HeaderName::toString).toList();
        List<String> taken =
                config.allowedResponseHeaders.stream().map(HeaderName::toString).toList();
        Protocol protocol = switch (config.protocol) {
            case GRPC -> new AuthorizationGrpc(sent, config.contextExtensions);
            case HTTP -> new AuthorizationHttp(config.path, sent, taken);
        };
        return new Filter(config, protocol, environment);
    }

    /** The live filter. */
    static final class Filter implements StreamFilter {
        private final Config config;
        private final Protocol protocol;
        private final EndpointSource endpoints;
        private final ServiceCalls calls;
        private final AtomicInteger turn = new AtomicInteger();
        private final FilterEnvironment.EventCounter denied;
        private final FilterEnvironment.EventCounter failed;

        Filter(Config config, Protocol protocol, FilterEnvironment environment) {
            this.config = config;
            this.protocol = protocol;
            this.endpoints = environment.endpoints(config.backendRef.reference());
            this.calls = new ServiceCalls(endpoints, protocol.http2(), config.timeout, MAX_ANSWER_BYTES);
            this.denied = environment.counter("denied");
            this.failed = environment.counter("failed");
        }

        @Override
        public BodyDemand requestCeiling() {
            return config.maxBodyBytes.isPresent()
                    ? BodyDemand.whole(config.maxBodyBytes.getAsInt())
                    : BodyDemand.none();
        }

        @Override
        public BodyDemand responseCeiling() {
            return BodyDemand.none();
        }

        @Override
        public StreamSession open(Exchange exchange) {
            return new AuthorizationSession(this, exchange);
        }

        /** Asks the next endpoint in turn; fails if that does not answer as it should. */
        CompletableFuture<AuthorizationAnswer> ask(Exchange exchange, byte[] body) {
            List<EndpointSource.Endpoint> all = endpoints.current();
            if (all.isEmpty()) {
                return CompletableFuture.failedFuture(
                        new CompletionException("the Service " + config.backendRef.name + " has no endpoint", null));
            }
            EndpointSource.Endpoint endpoint = all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
            try {
                return calls.execute(endpoint, protocol.request(exchange, body, address(endpoint)))
                        .thenApply(protocol::read);
            } catch (IllegalStateException unaskable) {
                return CompletableFuture.failedFuture(unaskable);
            }
        }

        private static String address(EndpointSource.Endpoint endpoint) {
            String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
            return host + ":" + endpoint.port();
        }

        Config config() {
            return config;
        }

        void countDenied() {
            denied.increment();
        }

        void countFailed() {
            failed.increment();
        }

        @Override
        public void close() {
            calls.close();
        }
    }
}

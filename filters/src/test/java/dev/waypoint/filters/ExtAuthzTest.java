package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExtAuthzTest {

    private static final ConfigReference.ServiceReference SERVICE =
            new ConfigReference.ServiceReference("authz", Optional.empty(), 9000);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<CheckRequest> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> askedByHttp = new LinkedBlockingQueue<>();
    private AutoCloseable stop = () -> {};

    @AfterEach
    void stopServer() throws Exception {
        stop.close();
    }

    /** A real gRPC server with the published types. */
    private int grpc(Function<CheckRequest, Optional<CheckResponse>> answer) throws IOException {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new AuthorizationGrpc.AuthorizationImplBase() {
                    @Override
                    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
                        asked.add(request);
                        // Nothing at all for those that shall wait.
                        answer.apply(request).ifPresent(response -> {
                            observer.onNext(response);
                            observer.onCompleted();
                        });
                    }
                })
                .build()
                .start();
        stop = server::shutdownNow;
        return server.getPort();
    }

    private int http(HttpResponse answer) {
        Server server = Server.builder()
                .http(0)
                .service(
                        "glob:/**",
                        (ctx, request) -> HttpResponse.of(request.aggregate().thenApply(whole -> {
                            askedByHttp.add(whole.headers().method() + " "
                                    + whole.headers().path() + " "
                                    + whole.headers().authority() + " "
                                    + whole.headers().get("authorization") + " "
                                    + whole.headers().get("x-a") + " "
                                    + whole.headers().get("x-b") + " "
                                    + whole.headers().contentLength() + " " + whole.contentUtf8());
                            return answer;
                        })))
                .build();
        server.start().join();
        stop = server::close;
        return server.activeLocalPort();
    }

    private static FilterHarness harness(int port, String more) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new EndpointSource.Endpoint("127.0.0.1", port)));
        String timeout = more.contains("timeout") ? "" : ", timeout: '10s'";
        return FilterHarness.of(
                new ExtAuthz(), "{backendRef: {name: 'authz', port: 9000}" + timeout + ", " + more + "}", environment);
    }

    private static DrivenExchange finish(FilterHarness harness, DrivenExchange exchange) {
        harness.await(
                () -> exchange.reply().isPresent() || exchange.toUpstream().isEnded(), PATIENCE);
        return exchange;
    }

    private static HeaderValueOption option(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .build();
    }

    private static CheckResponse ok(OkHttpResponse.Builder response) {
        return CheckResponse.newBuilder().setOkResponse(response).build();
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new ExtAuthz(),
                "{protocol: 'HTTP', backendRef: {name: 'authz', namespace: 'sec', port: 80}, allowedHeaders: ['x-a'],"
                        + " path: '/check', allowedResponseHeaders: ['x-user'], maxBodyBytes: 1000, timeout: '1s',"
                        + " failOpen: true, statusOnError: 503, contextExtensions: {a: 'b'}, reroute: true}");
        assertThat(new ExtAuthz()
                        .references(FilterHarness.config(
                                new ExtAuthz(), "{protocol: 'GRPC', backendRef: {name: 'authz', port: 9000}}")))
                .containsExactly(SERVICE);
    }

    @Test
    void describesTheRequestAsEnvoyDoes() throws Exception {
        FilterHarness harness = harness(
                grpc(request -> Optional.of(ok(OkHttpResponse.newBuilder()))),
                "protocol: 'GRPC', contextExtensions: {team: 'shop'}, maxBodyBytes: 100");
        DrivenExchange exchange = harness.exchange("POST", "/a?b=1", "x-a", "1", "x-a", "2", "content-length", "5");
        exchange.set(ExchangeKeys.IDENTITY, new CallerIdentity("spiffe://t/ns/a/sa/b", true));
        exchange.sendHead(false).sendData("hello", true);
        finish(harness, exchange);
        assertThat(exchange.toUpstream().body()).isEqualTo("hello");
        var attributes = asked.take().getAttributes();
        var request = attributes.getRequest().getHttp();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getPath()).isEqualTo("/a?b=1");
        assertThat(request.getHost()).isEqualTo("shop.example");
        assertThat(request.getHeadersMap()).containsEntry("x-a", "1,2").containsEntry(":path", "/a?b=1");
        assertThat(request.getBody()).isEqualTo("hello");
        assertThat(request.getRawBody().toStringUtf8()).isEqualTo("hello");
        assertThat(request.getSize()).isEqualTo(5);
        assertThat(request.getProtocol()).isEqualTo("HTTP/1.1");
        assertThat(request.getId()).isEqualTo("test-request");
        assertThat(attributes.getSource().getPrincipal()).isEqualTo("spiffe://t/ns/a/sa/b");
        assertThat(attributes.getSource().getAddress().getSocketAddress().getAddress())
                .isEqualTo("192.0.2.1");
        assertThat(attributes.getDestination().getAddress().getSocketAddress().getPortValue())
                .isEqualTo(80);
        assertThat(attributes.getContextExtensionsMap()).containsEntry("team", "shop");
    }

    @Test
    @SuppressWarnings("deprecation") // "append" is what services in use send
    void obeysEditsOfAnAdmission() throws Exception {
        CheckResponse answer = ok(OkHttpResponse.newBuilder()
                        .addHeaders(option("x-user", "alice"))
                        .addHeaders(option("content-length", "999"))
                        .addHeaders(option("x-more", "b").toBuilder().setAppend(BoolValue.of(true)))
                        .addHeadersToRemove("X-Secret")
                        .addResponseHeadersToAdd(option("x-seen", "yes"))
                        .addQueryParametersToSet(
                                QueryParameter.newBuilder().setKey("t").setValue("1"))
                        .addQueryParametersToRemove("token"))
                .toBuilder()
                .setDynamicMetadata(Struct.newBuilder()
                        .putFields("level", Value.newBuilder().setNumberValue(3).build()))
                .build();
        FilterHarness harness = harness(grpc(request -> Optional.of(answer)), "protocol: 'GRPC', reroute: true");
        DrivenExchange exchange = finish(
                harness, harness.send("GET", "/p?token=x&a=1", "x-user", "forged", "x-more", "a", "x-secret", "s"));
        assertThat(exchange.forwarded().headers().getAll("x-user")).containsExactly("alice");
        assertThat(exchange.forwarded().headers().getAll("x-more")).containsExactly("a", "b");
        assertThat(exchange.forwarded().headers().contains("x-secret")).isFalse();
        assertThat(exchange.forwarded().headers().contains("content-length")).isFalse();
        assertThat(exchange.forwarded().path()).isEqualTo("/p?a=1&t=1");
        assertThat(exchange.reroutes()).isEqualTo(1);
        assertThat(String.valueOf(exchange.metadata().get("envoy.filters.http.ext_authz")))
                .isEqualTo("{\"level\":3.0}");
        assertThat(exchange.respondHead(200, true).responded().header("x-seen")).isEqualTo("yes");
        assertThat(exchange.notes()).contains("ext-authz: the service may not set content-length");
    }

    @Test
    void passesRefusalsOn() throws Exception {
        CheckResponse answer = CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(7))
                .setDeniedResponse(DeniedHttpResponse.newBuilder()
                        .setStatus(io.envoyproxy.envoy.type.v3.HttpStatus.newBuilder()
                                .setCode(StatusCode.Unauthorized))
                        .addHeaders(option("www-authenticate", "Bearer"))
                        .setBody("who are you?"))
                .build();
        FilterHarness harness = harness(grpc(request -> Optional.of(answer)), "protocol: 'GRPC'");
        LocalReply reply = finish(harness, harness.send("GET", "/")).replied();
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.headers().get("www-authenticate")).isEqualTo("Bearer");
        assertThat(reply.bodyText()).isEqualTo("who are you?");
        assertThat(reply.cause()).isEqualTo(ReplyCause.UNAUTHENTICATED);
        assertThat(reply.detail()).isEqualTo("ext_authz_denied");
        assertThat(harness.environment().counted("denied")).isEqualTo(1);
    }

    @Test
    void refusesWithoutAnAnswerInTime() throws Exception {
        FilterHarness harness =
                harness(grpc(request -> Optional.empty()), "protocol: 'GRPC', timeout: '300ms', statusOnError: 503");
        LocalReply reply = finish(harness, harness.send("GET", "/")).replied();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.detail()).isEqualTo("ext_authz_timeout");
    }

    @Test
    void refusesWhenNobodyIsThere() {
        FakeEnvironment nobody = new FakeEnvironment().withEndpoints(SERVICE, List.of());
        FilterHarness harness =
                FilterHarness.of(new ExtAuthz(), "{protocol: 'GRPC', backendRef: {name: 'authz', port: 9000}}", nobody);
        LocalReply reply = finish(harness, harness.send("GET", "/")).replied();
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.detail()).isEqualTo("ext_authz_error");
        assertThat(nobody.counted("failed")).isEqualTo(1);
        FilterHarness open = FilterHarness.of(
                new ExtAuthz(), "{protocol: 'GRPC', failOpen: true, backendRef: {name: 'authz', port: 9000}}", nobody);
        assertThat(finish(open, open.send("GET", "/")).toUpstream().isEnded()).isTrue();
    }

    @Test
    void bodiesWaitForTheAnswer() throws Exception {
        FilterHarness harness =
                harness(grpc(request -> Optional.of(ok(OkHttpResponse.newBuilder()))), "protocol: 'GRPC'");
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendData("1", false);
        assertThat(exchange.toUpstream().head()).isEmpty();
        exchange.sendData("2", true);
        assertThat(finish(harness, exchange).toUpstream().body()).isEqualTo("12");
        assertThat(asked.take().getAttributes().getRequest().getHttp().getBody())
                .isEmpty();
    }

    @Test
    void keepsTrailersOfBodiesThatAreSent() throws Exception {
        FilterHarness harness = harness(
                grpc(request -> Optional.of(ok(OkHttpResponse.newBuilder()))), "protocol: 'GRPC', maxBodyBytes: 10");
        DrivenExchange exchange = harness.exchange("POST", "/")
                .sendHead(false)
                .sendData("1", false)
                .sendTrailers("x-t", "1");
        assertThat(finish(harness, exchange).toUpstream().trailers()).isPresent();
        assertThat(exchange.toUpstream().body()).isEqualTo("1");
        assertThat(harness.exchange("POST", "/")
                        .sendHead(false)
                        .sendData("12345678901", true)
                        .replied()
                        .status())
                .isEqualTo(413);
    }

    @Test
    void asksByHttp() throws Exception {
        int port = http(HttpResponse.of(ResponseHeaders.builder(HttpStatus.OK)
                .add("x-user", "alice")
                .add("x-other", "1")
                .contentType(MediaType.JSON)
                .build()));
        FilterHarness harness = harness(port, "protocol: 'HTTP', path: '/check', allowedHeaders: ['x-a']");
        DrivenExchange exchange = finish(
                harness,
                harness.send(
                        "PUT",
                        "/p?q=1",
                        "authorization",
                        "Bearer t",
                        "x-a",
                        "1",
                        "x-b",
                        "2",
                        "content-type",
                        "text/plain"));
        assertThat(askedByHttp.take()).isEqualTo("PUT /check/p?q=1 shop.example Bearer t 1 null 0 ");
        assertThat(exchange.forwarded().header("x-user")).isEqualTo("alice");
        assertThat(exchange.forwarded().header("x-other")).isEqualTo("1");
        assertThat(exchange.forwarded().header("content-type")).isEqualTo("text/plain");
    }

    @Test
    void takesOnlyListedHeadersOfAnHttpAnswer() throws Exception {
        int port = http(HttpResponse.of(ResponseHeaders.builder(HttpStatus.OK)
                .add("x-user", "alice")
                .add("x-other", "1")
                .build()));
        FilterHarness harness = harness(port, "protocol: 'HTTP', allowedResponseHeaders: ['x-user'], maxBodyBytes: 10");
        DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false).sendData("hello", true);
        finish(harness, exchange);
        assertThat(askedByHttp.take()).endsWith(" 5 hello");
        assertThat(exchange.forwarded().header("x-user")).isEqualTo("alice");
        assertThat(exchange.forwarded().headers().contains("x-other")).isFalse();
        assertThat(exchange.toUpstream().body()).isEqualTo("hello");
    }

    @Test
    void passesHttpRefusalsOnButNotFailures() {
        int port = http(HttpResponse.of(ResponseHeaders.builder(HttpStatus.FOUND)
                .add("location", "https://login.example")
                .build()));
        FilterHarness harness = harness(port, "protocol: 'HTTP'");
        LocalReply reply = finish(harness, harness.send("GET", "/")).replied();
        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.headers().get("location")).isEqualTo("https://login.example");
    }

    @Test
    void serverErrorsOfHttpAreFailures() {
        FilterHarness harness = harness(http(HttpResponse.of(500)), "protocol: 'HTTP'");
        LocalReply reply = finish(harness, harness.send("GET", "/")).replied();
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.detail()).isEqualTo("ext_authz_error");
    }

    @Test
    void methodsThatCannotBeAskedAboutAreFailures() {
        FilterHarness harness = harness(http(HttpResponse.of(200)), "protocol: 'HTTP'");
        DrivenExchange exchange = finish(harness, harness.send("PURGE", "/"));
        assertThat(exchange.replied().detail()).isEqualTo("ext_authz_error");
        assertThat(exchange.notes()).first().asString().contains("the method PURGE cannot be asked about by HTTP");
    }
}

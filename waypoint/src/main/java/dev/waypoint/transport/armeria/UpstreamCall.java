package dev.waypoint.transport.armeria;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.logging.RequestOnlyLog;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** One request to one endpoint, between the engine and Armeria's streams. Confined to the event loop of its exchange. */
final class UpstreamCall implements Upstream.Call, Subscriber<HttpObject> {

    private final EventLoop loop;
    private final String method;
    private final ResponseEvents events;
    private final DnsAddressResolverGroup names;
    private final boolean known;
    private @Nullable Destination destination;
    private @Nullable Endpoint endpoint;
    private @Nullable RequestStream request;
    private @Nullable HttpResponse response;
    private @Nullable ClientRequestContext context;
    private @Nullable Subscription subscription;
    private long bodyLeft = -1;
    private boolean opening = true;
    private boolean connected;
    private boolean asked;
    private boolean paused;
    private boolean answered;
    private boolean over;

    UpstreamCall(EventExecutor loop, String method, ResponseEvents events, DnsAddressResolverGroup names) {
        this.loop = (EventLoop) loop;
        this.method = method;
        this.events = events;
        this.names = names;
        this.known = HeadRules.knownMethod(method).equals(method);
    }

    EventLoop loop() {
        return loop;
    }

    Destination destination() {
        return required(destination);
    }

    Endpoint endpoint() {
        return required(endpoint);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return value;
    }

    /** Sends the request. Nothing is told to the events before this returns. */
    UpstreamCall start(Supplier<Destination> target, RequestHead head, boolean end) {
        Destination to;
        try {
            to = target.get();
        } catch (IllegalArgumentException e) {
            return failLater(UpstreamFailure.of(Kind.TLS_FAILED, String.valueOf(e.getMessage())));
        }
        Optional<String> limit =
                to.load().begin(to.target().limits(), to.target().http2());
        if (limit.isPresent()) {
            return failLater(UpstreamFailure.of(Kind.OVERFLOW, limit.get()));
        }
        destination = to;
        endpoint = to.endpoint();
        request = new RequestStream(this, encode(head, to), end);
        if (to.resolve().isEmpty()) {
            execute(to);
        } else {
            resolve(to);
        }
        opening = false;
        return this;
    }

    private UpstreamCall failLater(UpstreamFailure failure) {
        loop.execute(() -> {
            if (!over) {
                over = true;
                events.onFailure(failure);
            }
        });
        return this;
    }

    private void resolve(Destination to) {
        names.getResolver(loop)
                .resolve(InetSocketAddress.createUnresolved(
                        to.resolve(), to.target().port()))
                .addListener((Future<InetSocketAddress> found) -> {
                    if (over) {
                        return;
                    }
                    if (found.isSuccess()) {
                        endpoint = to.endpoint().withInetAddress(found.getNow().getAddress());
                        execute(to);
                    } else {
                        fail(UpstreamFailure.of(Kind.CONNECT_FAILED, String.valueOf(found.cause())));
                    }
                });
    }

    private void execute(Destination to) {
        HttpResponse answer = to.client().execute(required(request), to.options());
        response = answer;
        answer.subscribe(this, loop, SubscriptionOption.WITH_POOLED_OBJECTS);
    }

    private RequestHeaders encode(RequestHead head, Destination to) {
        HttpMethod told = known ? HttpMethod.valueOf(method) : HttpMethod.DELETE;
        RequestHeadersBuilder headers = RequestHeaders.builder();
        headers.sizeHint(head.headers().size() + 4);
        headers.method(told).path(head.path());
        headers.scheme(to.protocol().isTls() ? "https" : "http");
        headers.authority(
                head.authority().isEmpty()
                        ? to.target().host() + ":" + to.target().port()
                        : head.authority());
        headers.add(head.headers());
        return headers.build();
    }

    /** Armeria's client made a context for the call. */
    void begun(ClientRequestContext value) {
        context = value;
    }

    /** There is a connection, and the head goes out next. */
    void onConnected() {
        leavePending();
        if (known) {
            return;
        }
        RequestOnlyLog log = required(context).log().getIfAvailable(RequestLogProperty.SESSION);
        Channel channel = log == null ? null : log.channel();
        if (channel == null || !MethodGuard.announce(channel, method)) {
            fail(UpstreamFailure.of(
                    Kind.PROTOCOL, "this transport sends the method " + method + " over HTTP/1.1 only"));
        }
    }

    private void leavePending() {
        if (!connected) {
            connected = true;
            destination().load().connected();
        }
    }

    /** The request takes more data again. */
    void onRequestDrained() {
        if (!over) {
            events.onWritable();
        }
    }

    // The response.

    @Override
    public void onSubscribe(Subscription value) {
        subscription = value;
        ask();
    }

    private void ask() {
        Subscription from = subscription;
        if (from != null && !asked && !paused) {
            asked = true;
            from.request(1);
        }
    }

    @Override
    public void onNext(HttpObject object) {
        asked = false;
        if (over) {
            if (object instanceof HttpData data) {
                data.close();
            }
        } else if (object instanceof ResponseHeaders headers) {
            onHeaders(headers);
        } else if (object instanceof HttpData data) {
            onData(data);
        } else if (object instanceof HttpHeaders trailers) {
            finish();
            events.onTrailers(trailers);
        }
        ask();
    }

    private void onHeaders(ResponseHeaders headers) {
        ResponseHead head = new ResponseHead(headers.status().code(), Heads.copy(headers));
        if (headers.status().isInformational()) {
            if (head.status() == 101) {
                fail(UpstreamFailure.of(Kind.PROTOCOL, "101 although no upgrade was asked for"));
            } else {
                events.onInformational(head);
            }
            return;
        }
        answered = true;
        bodyLeft = headers.contentLength();
        boolean end = headers.isEndOfStream()
                || method.equals("HEAD")
                || headers.status().isContentAlwaysEmpty()
                || bodyLeft == 0;
        if (end) {
            finish();
        }
        events.onHead(head, end);
    }

    private void onData(HttpData data) {
        bodyLeft -= data.length();
        boolean end = bodyLeft == 0 || data.isEndOfStream();
        if (end) {
            finish();
        }
        events.onData(data, end);
    }

    @Override
    public void onComplete() {
        if (over) {
            return;
        }
        if (answered) {
            finish();
            events.onData(HttpData.empty(), true);
        } else {
            fail(UpstreamFailure.of(Kind.CLOSED, "the answer ended before it began"));
        }
    }

    @Override
    public void onError(Throwable cause) {
        UpstreamFailure failure = Failures.of(cause, !answered && isReused());
        boolean handshake = !connected
                && failure.kind() == Kind.REFUSED
                && destination().tls().isPresent();
        fail(handshake ? UpstreamFailure.of(Kind.TLS_FAILED, failure.message()) : failure);
    }

    private boolean isReused() {
        ClientRequestContext begun = context;
        RequestOnlyLog log = begun == null ? null : begun.log().getIfAvailable(RequestLogProperty.SESSION);
        return log != null && log.channel() != null && log.connectionTimings() == null;
    }

    private void fail(UpstreamFailure failure) {
        if (over) {
            return;
        }
        finish();
        abort();
        if (opening) {
            loop.execute(() -> events.onFailure(failure));
        } else {
            events.onFailure(failure);
        }
    }

    /** Counts the call out. What comes afterwards is dropped, but asked for, so that Armeria sees the end. */
    private void finish() {
        over = true;
        paused = false;
        leavePending();
        destination().load().end();
    }

    private void abort() {
        RequestStream sending = request;
        if (sending != null) {
            // Not as cancelled: Armeria's client throws at a request that fails with what only subscribers may say.
            sending.fail(AbortedStreamException.get());
        }
        HttpResponse receiving = response;
        if (receiving != null) {
            receiving.abort(CancelledSubscriptionException.get());
        }
    }

    // The request.

    @Override
    public void data(HttpData data, boolean end) {
        RequestStream to = request;
        if (to == null || over) {
            data.close();
        } else if (end) {
            to.push(data.withEndOfStream());
            to.finish();
        } else if (data.isEmpty()) {
            data.close();
        } else {
            to.push(data);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        RequestStream to = request;
        if (to != null && !over) {
            to.push(trailers);
            to.finish();
        }
    }

    @Override
    public void reset(ResetCode code) {
        if (!over) {
            if (destination == null) {
                over = true;
                return;
            }
            finish();
            abort();
        }
    }

    @Override
    public boolean isWritable() {
        RequestStream to = request;
        return to == null || to.hasRoom();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        ask();
    }
}

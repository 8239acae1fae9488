package dev.waypoint.extproc.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.extproc.Structs;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as far as a proxy tells of it. Addresses come from the attributes {@code source.address} and {@code
 * destination.address}, where they are configured; else the client is the last entry of {@code x-forwarded-for}, and what is not
 * known at all is the unspecified address with port 0.
 */
final class FilterExchange implements Exchange {

    private static final AtomicLong IDS = new AtomicLong();

    private final EventExecutor loop;
    private final long start;
    private final Map<ExchangeKey<?>, Object> values = new HashMap<>();
    private final Map<String, ObjectNode> metadata = new HashMap<>();
    private final Map<String, ObjectNode> told = new HashMap<>();
    private final Map<String, Value> attributes = new HashMap<>();
    private final List<Runnable> atEnd = new ArrayList<>(0);
    private boolean ended;
    private final long id = IDS.incrementAndGet();
    private RequestHead request = new RequestHead("GET", "http", "", "/", HttpHeaders.builder());
    private @Nullable ResponseHead response;

    FilterExchange(EventExecutor loop) {
        this.loop = loop;
        this.start = loop.ticker().nanoTime();
    }

    void read(ProcessingRequest message) {
        message.getAttributesMap().values().forEach(group -> attributes.putAll(group.getFieldsMap()));
        message.getMetadataContext().getFilterMetadataMap().forEach((namespace, value) -> {
            ObjectNode node =
                    Structs.toObject(Value.newBuilder().setStructValue(value).build());
            metadata.putIfAbsent(namespace, node);
            told.put(namespace, node.deepCopy());
        });
    }

    @Override
    public void onEnd(Runnable action) {
        if (ended) {
            action.run();
        } else {
            atEnd.add(action);
        }
    }

    /** The proxy has ended the stream. */
    void ended() {
        ended = true;
        atEnd.forEach(Runnable::run);
        atEnd.clear();
    }

    /** The metadata that the filter added or changed since the last call. */
    Struct takePublished() {
        if (metadata.isEmpty()) {
            return Struct.getDefaultInstance();
        }
        Struct.Builder news = Struct.newBuilder();
        metadata.forEach((namespace, node) -> {
            if (!node.equals(told.get(namespace))) {
                told.put(namespace, node.deepCopy());
                news.putFields(
                        namespace,
                        Value.newBuilder().setStructValue(Structs.of(node)).build());
            }
        });
        return news.build();
    }

    void request(RequestHead head) {
        request = head;
    }

    void response(ResponseHead head) {
        response = head;
    }

    private InetSocketAddress address(String attribute) {
        String text =
                attributes.getOrDefault(attribute, Value.getDefaultInstance()).getStringValue();
        int colon = text.lastIndexOf(':');
        byte[] bytes = colon < 1 ? null : NetUtil.createByteArrayFromIpAddressString(text.substring(0, colon));
        if (bytes == null) {
            return new InetSocketAddress(0);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), Integer.parseInt(text.substring(colon + 1)));
        } catch (UnknownHostException | IllegalArgumentException e) {
            return new InetSocketAddress(0);
        }
    }

    @Override
    public ConnectionFacts connection() {
        return new ConnectionFacts.Direct(
                address("source.address"),
                address("destination.address"),
                Optional.empty(),
                ConnectionFacts.Http.HTTP_1_1,
                id);
    }

    @Override
    public InetAddress clientAddress() {
        String forwarded = request.header("x-forwarded-for");
        String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(last);
        InetAddress remote = connection().remote().getAddress();
        if (bytes == null || !remote.isAnyLocalAddress()) {
            return remote;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public int clientPort() {
        return connection().remote().getPort();
    }

    @Override
    public EventExecutor eventLoop() {
        return loop;
    }

    @Override
    public RequestHead request() {
        return request;
    }

    @Override
    public Optional<ResponseHead> response() {
        return Optional.ofNullable(response);
    }

    /** Processors are not told of routes. */
    @Override
    public Optional<MatchedRoute> route() {
        return Optional.empty();
    }

    @Override
    @SuppressWarnings("unchecked") // the only writer is set(), with the key's type
    public <T> Optional<T> get(ExchangeKey<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    @Override
    public <T> void set(ExchangeKey<T> key, T value) {
        values.put(key, value);
    }

    @Override
    public Map<String, ObjectNode> metadata() {
        return metadata;
    }

    @Override
    public long startNanos() {
        return start;
    }

    @Override
    public String requestId() {
        return request.header("x-request-id");
    }

    @Override
    public void note(String filter, String text) {}

    @Override
    public boolean isTraced() {
        return false;
    }
}

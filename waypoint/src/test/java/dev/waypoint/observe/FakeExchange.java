package dev.waypoint.observe;

import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An exchange as a test wants it. */
record FakeExchange(String path, int status, Optional<ReplyCause> cause, Optional<RuleIr> matched, String userAgent)
        implements FinishedExchange {

    static final RuleIr RULE = rule("shop");

    static final ListenerIr LISTENER = new ListenerIr(
            new ResourceRef("gateway.networking.k8s.io", "Gateway", "default", "g"),
            "http",
            Optional.empty(),
            80,
            ListenerIr.Protocol.HTTP,
            "",
            Optional.empty(),
            List.of(),
            List.of(),
            ListenerSettingsIr.DEFAULT);

    static FakeExchange served() {
        return new FakeExchange("/v1/x?a=1", 200, Optional.empty(), Optional.of(RULE), "curl/8");
    }

    static FakeExchange failed(ReplyCause cause, int status) {
        return new FakeExchange("/v1/x", status, Optional.of(cause), Optional.empty(), "curl/8");
    }

    static RuleIr rule(String route) {
        return new RuleIr(
                new ResourceRef("gateway.networking.k8s.io", "HTTPRoute", "default", route),
                "0",
                List.of(),
                new ActionIr.Broken("none"),
                TimeoutsIr.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    @Override
    public ConnectionFacts connection() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new ConnectionFacts.Direct(address, address, Optional.empty(), ConnectionFacts.Http.HTTP_1_1, 1);
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String requestId() {
        return "id-1";
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String authority() {
        return "shop.example";
    }

    @Override
    public RequestHead request() {
        return new RequestHead(
                "GET", "http", "shop.example", path, HttpHeaders.builder().add("user-agent", userAgent));
    }

    @Override
    public long snapshotVersion() {
        return 7;
    }

    @Override
    public ListenerIr listener() {
        return LISTENER;
    }

    @Override
    public @Nullable RuleIr rule() {
        return matched.orElse(null);
    }

    @Override
    public @Nullable BackendId backend() {
        return matched.isPresent() ? BackendId.of("default", "shop", 80) : null;
    }

    @Override
    public String endpoint() {
        return matched.isPresent() ? "10.0.0.1:80" : "";
    }

    @Override
    public int grpcStatus() {
        return -1;
    }

    @Override
    public String detail() {
        return cause.isPresent() ? "a_detail" : "";
    }

    @Override
    public long requestBytes() {
        return 3;
    }

    @Override
    public long responseBytes() {
        return 5;
    }

    @Override
    public long startNanos() {
        return 1_000_000_000L;
    }

    @Override
    public long endNanos() {
        return startNanos() + 12_345_678;
    }

    @Override
    public long upstreamNanos() {
        return matched.isPresent() ? 9_000_000 : -1;
    }

    @Override
    public int attempts() {
        return matched.isPresent() ? 1 : 0;
    }
}

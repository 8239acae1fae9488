package dev.waypoint.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A kept HTTP/1 connection ends in the very round in which a request was put on it. */
class UnsentRequestTest {

    private final List<UpstreamFailure> failures = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Http1Pool pool = new Http1Pool(
            new UpstreamTarget(
                    BackendId.of("default", "backend", 80),
                    "127.0.0.1",
                    80,
                    false,
                    Optional.empty(),
                    LimitsIr.DEFAULT,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(60)),
            new BackendUse(),
            new LoopState(channel.eventLoop()),
            (loop, target, outcome) -> {
                throw new IllegalStateException("there is a connection");
            });

    private void ask() {
        pool.connected(channel, false);
        pool.open(new RequestHead("GET", "http", "a", "/", HttpHeaders.builder()), true, new ResponseEvents() {
            @Override
            public void onInformational(ResponseHead head) {}

            @Override
            public void onHead(ResponseHead head, boolean end) {}

            @Override
            public void onData(HttpData data, boolean end) {
                data.close();
            }

            @Override
            public void onTrailers(HttpHeaders trailers) {}

            @Override
            public void onFailure(UpstreamFailure failure) {
                failures.add(failure);
            }

            @Override
            public void onWritable() {}
        });
    }

    @Test
    void whatWasNotSentMayBeTriedAgain() {
        ask();
        channel.unsafe().close(channel.voidPromise());
        assertThat(failures).singleElement().extracting(UpstreamFailure::kind).isEqualTo(Kind.REFUSED);
    }

    @Test
    void whatWasSentMayHaveBeenProcessed() {
        ask();
        channel.runPendingTasks();
        assertThat(channel.outboundMessages()).isNotEmpty();
        channel.releaseOutbound();
        channel.unsafe().close(channel.voidPromise());
        assertThat(failures).singleElement().extracting(UpstreamFailure::kind).isEqualTo(Kind.CLOSED);
    }
}

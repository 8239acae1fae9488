package dev.waypoint.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.engine.EngineKit.Client;
import dev.waypoint.engine.EngineKit.SeenCall;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.message.ResetCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that were gathered for a session are released when the exchange ends before they are delivered. */
class GatheredBodiesTest {

    private static final int MAX = 10;

    private final List<ByteBuf> buffers = new ArrayList<>();
    private final EngineKit kit = new EngineKit(new Refusing());

    /** Whether the session refuses requests on seeing their heads; else responses. */
    record Config(boolean requests) {}

    private static final class Refusing implements FilterFactory<Config> {
        @Override
        public FilterKind<Config> kind() {
            return new FilterKind<>("refusing", Placement.in(Stage.PROCESS), Config.class, "Refuses whole bodies.");
        }

        @Override
        public HttpFilter create(Config config, FilterEnvironment environment) {
            BodyDemand request = config.requests() ? BodyDemand.whole(MAX) : BodyDemand.none();
            BodyDemand response = config.requests() ? BodyDemand.none() : BodyDemand.whole(MAX);
            return new StreamFilter() {
                @Override
                public BodyDemand requestCeiling() {
                    return request;
                }

                @Override
                public BodyDemand responseCeiling() {
                    return response;
                }

                @Override
                public StreamSession open(Exchange exchange) {
                    return new Session(config, request, response);
                }
            };
        }
    }

    private record Session(Config config, BodyDemand requestDemand, BodyDemand responseDemand)
            implements StreamSession {
        @Override
        public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
            if (config.requests()) {
                flow.reply(LocalReply.of(418, ReplyCause.FILTER, "teapot"));
            } else {
                flow.head(end);
            }
        }

        @Override
        public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
            if (config.requests()) {
                flow.head(end);
            } else {
                flow.reply(LocalReply.of(418, ReplyCause.FILTER, "teapot"));
            }
        }
    }

    /** One direction of one exchange. */
    private interface Way {
        void data(String text, boolean end);

        void trailers();

        void breakOff();
    }

    private HttpData pooled(String text) {
        ByteBuf buffer = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        buffers.add(buffer);
        return HttpData.wrap(buffer);
    }

    private Way request(Client client) {
        return new Way() {
            @Override
            public void data(String text, boolean end) {
                client.events().onData(pooled(text), end);
            }

            @Override
            public void trailers() {
                client.events().onTrailers(HttpHeaders.of("t", "1"));
            }

            @Override
            public void breakOff() {
                client.events().onReset(ResetCode.CANCEL);
            }
        };
    }

    private Way response(Client client, SeenCall call) {
        return new Way() {
            @Override
            public void data(String text, boolean end) {
                call.events.onData(pooled(text), end);
            }

            @Override
            public void trailers() {
                call.events.onTrailers(HttpHeaders.of("t", "1"));
            }

            @Override
            public void breakOff() {
                client.events().onReset(ResetCode.CANCEL);
            }
        };
    }

    static Stream<Arguments> endings() {
        return Stream.of(true, false)
                .flatMap(requests -> Stream.of(
                        ending(requests, "one piece", way -> way.data("ab", true)),
                        ending(requests, "two pieces", way -> {
                            way.data("ab", false);
                            way.data("cd", true);
                        }),
                        ending(requests, "trailers", way -> {
                            way.data("ab", false);
                            way.trailers();
                        }),
                        ending(requests, "two pieces and trailers", way -> {
                            way.data("ab", false);
                            way.data("cd", false);
                            way.trailers();
                        }),
                        ending(requests, "too long", way -> {
                            way.data("ab", false);
                            way.data("more than ten", false);
                        }),
                        ending(requests, "broken off", way -> {
                            way.data("ab", false);
                            way.data("cd", false);
                            way.breakOff();
                        })));
    }

    private static Arguments ending(boolean requests, String name, Consumer<Way> run) {
        return Arguments.of(requests ? "request" : "response", name, requests, run);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("endings")
    void nothingIsKept(String direction, String name, boolean requests, Consumer<Way> run) {
        kit.rule(
                "/",
                EngineKit.forward(kit.backend("cart", "10.1.0.1")),
                EngineKit.filter("refusing", new Config(requests)));
        kit.install();
        Client client = kit.send("POST", "/", !requests);
        if (requests) {
            run.accept(request(client));
            assertThat(kit.calls).as("nothing reaches an endpoint").isEmpty();
        } else {
            SeenCall call = kit.calls.getFirst();
            call.answer(200, false);
            run.accept(response(client, call));
            assertThat(client.saw).doesNotContain("head 200");
        }
        assertThat(kit.ended).hasSize(1);
    }

    @AfterEach
    void everyBufferIsReleasedOnce() {
        assertThat(buffers)
                .isNotEmpty()
                .allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }
}

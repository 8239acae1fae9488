package dev.waypoint.control.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.ImageDecoder;
import dev.waypoint.control.wire.ImageEncoder;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.RoutingIr;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What did not change is the same object again on the proxy, and whatever changed arrives, in any order of changes. */
class SharingTest {

    private final Configs configs = new Configs(50);
    private final ImageEncoder encoder = new ImageEncoder();
    private final ImageDecoder decoder = new ImageDecoder(Configs.CATALOG);

    private RoutingIr send(RoutingIr routing) throws Exception {
        ConfigImage image = encoder.encode(routing);
        assertThat(new ImageEncoder().encode(routing).digest())
                .as("what is remembered changes nothing")
                .isEqualTo(image.digest());
        RoutingIr received = decoder.decode(image);
        assertThat(received).isEqualTo(routing);
        return received;
    }

    private static HostIr host(RoutingIr routing) {
        return routing.listeners().getFirst().hosts().getFirst();
    }

    @Test
    void anEndpointLeavesAllListenersAsTheyAre() throws Exception {
        RoutingIr first = send(configs.ir());
        RoutingIr second = send(configs.endpoint("10.9.9.9").ir());
        assertThat(second.listeners().getFirst()).isSameAs(first.listeners().getFirst());
    }

    @Test
    void aRouteLeavesTheOthersAsTheyAre() throws Exception {
        RoutingIr first = send(configs.ir());
        RoutingIr second = send(configs.header("other").ir());
        assertThat(host(second)).isNotEqualTo(host(first));
        assertThat(host(second).routes().get(4)).isSameAs(host(first).routes().get(4));
        assertThat(second.backends().get(Configs.CART))
                .isSameAs(first.backends().get(Configs.CART));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("nothing", configs -> configs),
                change("a certificate", configs -> configs.certificate("chain", "key")),
                change("a port", configs -> configs.listener(1234)),
                change("a path", configs -> configs.path("/zzz")));
    }

    private static Arguments change(String name, UnaryOperator<Configs> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void changesBetweenChangesOfEndpointsArrive(String name, UnaryOperator<Configs> change) throws Exception {
        send(configs.ir());
        send(configs.endpoint("10.9.9.1").ir());
        send(configs.endpoint("10.9.9.2").ir());
        send(change.apply(configs).ir());
        send(configs.endpoint("10.9.9.3").ir());
        send(change.apply(configs).header("last").ir());
        send(configs.endpoint("10.9.9.4").ir());
    }
}

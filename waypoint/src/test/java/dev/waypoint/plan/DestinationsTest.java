package dev.waypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.ir.BindingIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationsTest {

    private static final ResourceRef SERVICE = new ResourceRef("", "Service", "shop", "cart");

    private static CompiledListener listener(String name, BindingIr binding) {
        ListenerIr ir = new ListenerIr(
                SERVICE,
                name,
                Optional.empty(),
                80,
                ListenerIr.Protocol.HTTP,
                "",
                Optional.empty(),
                List.of(),
                List.of(),
                ListenerSettingsIr.DEFAULT,
                Optional.of(binding));
        return new CompiledListener(ir, CompiledChain.EMPTY, HostTable.of(Map.of()));
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "10.0.0.9, 10.96.0.1, all",
        "10.0.0.1, 10.96.0.1, consumers",
        "10.0.0.1, 10.96.0.2, other",
        "10.0.0.2, 10.96.0.1, all",
        "10.0.0.9, fd00::1, all",
        "10.0.0.9, 10.96.0.3, anything",
    })
    void theAddressThatWasCalledAndTheCallersNamespaceDecide(String remote, String local, String expected) {
        Destinations destinations = Destinations.of(
                List.of(
                        listener("all", new BindingIr(80, List.of("10.96.0.1", "fd00::1"), "")),
                        listener("consumers", new BindingIr(80, List.of("10.96.0.1"), "clients")),
                        listener("other", new BindingIr(80, List.of("10.96.0.2"), "")),
                        listener("anything", BindingIr.to(80))),
                Destinations.callers(Map.of("10.0.0.1", "clients", "10.0.0.2", "strangers")));
        ConnectionFacts connection = new ConnectionFacts.Direct(
                new InetSocketAddress(remote, 4711),
                new InetSocketAddress(local, 80),
                Optional.empty(),
                ConnectionFacts.Http.HTTP_1_1,
                1);
        assertThat(destinations.of(connection).find("whatever"))
                .map(found -> found.ir().name())
                .hasValue(expected);
    }
}

package dev.waypoint.control.provision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.Kinds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceNamesTest {

    @ParameterizedTest(name = "{0} of class {1}")
    @CsvSource({
        "edge, waypoint, edge-waypoint",
        "1st, waypoint, gw-1st-waypoint-[0-9a-f]{8}",
        "a.b, waypoint, a-b-waypoint-[0-9a-f]{8}",
        "a-very-long-name-of-a-gateway-that-goes-on-and-on-and-on-and-on, waypoint, a-very.*-[0-9a-f]{8}",
    })
    void areNamesOfServices(String gateway, String className, String expected) {
        String name = ResourceNames.of(Kinds.GATEWAY.ref("shop", gateway), className);
        assertThat(name).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?").matches(expected + ".*");
    }
}

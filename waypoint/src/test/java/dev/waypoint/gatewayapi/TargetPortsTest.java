package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetPortsTest {

    @Test
    void portsThatNeedNoPrivilegeStay() {
        assertThat(TargetPorts.of(List.of(8080, 8443))).isEqualTo(Map.of(8080, 8080, 8443, 8443));
    }

    @Test
    void othersGoWhereNobodyIs() {
        assertThat(TargetPorts.of(List.of(80, 443, 10080, 15021, 25021)))
                .isEqualTo(Map.of(80, 10081, 443, 10443, 10080, 10080, 15021, 25022, 25021, 25021));
    }
}

package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ServiceTls;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.TlsToBackendIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What filters are told of a Service that they call themselves. */
class BackendEndpointsTest {

    private static BackendIr ir(Optional<TlsToBackendIr> tls) {
        return new BackendIr(
                BackendId.of("sec", "authz", 9000),
                new ResourceRef("", "Service", "sec", "authz"),
                BackendIr.Protocol.AUTO,
                tls,
                List.of(new EndpointIr("10.0.0.1", 9000, "", 1, EndpointIr.State.READY, Map.of())),
                BackendSettingsIr.DEFAULT);
    }

    private static Optional<TlsToBackendIr> named(String serverName) {
        return Optional.of(
                new TlsToBackendIr.Verified(serverName, Optional.empty(), List.of(), Optional.empty(), true));
    }

    @Test
    void filtersLearnOfTlsAndItsChanges() {
        Backend backend = new Backend(ir(Optional.empty()), System::nanoTime);
        List<String> told = new ArrayList<>();
        backend.addresses()
                .subscribe(now -> told.add(
                        backend.addresses().tls().map(ServiceTls::serverName).orElse("clear")
                                + backend.addresses().problem()));
        assertThat(backend.addresses().tls()).isEmpty();
        backend.update(ir(named("authz.example")));
        backend.update(ir(named("authz.example")));
        backend.update(ir(Optional.of(new TlsToBackendIr.Broken("no authority"))));
        backend.update(ir(Optional.of(
                new TlsToBackendIr.Verified("a", Optional.of("no certificate"), List.of(), Optional.empty(), true))));
        backend.update(ir(Optional.empty()));
        assertThat(told)
                .hasSize(4)
                .startsWith("authz.example", "clearno authority")
                .endsWith("clear");
        assertThat(told.get(2)).startsWith("clear").hasSizeGreaterThan("clear".length());
    }
}

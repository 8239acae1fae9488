package dev.waypoint.control.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.Replica;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.RoutingIr;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaneStateTest {

    private static final ResourceRef GATEWAY = new ResourceRef("gateway.networking.k8s.io", "Gateway", "shop", "edge");
    private final PlaneState state = new PlaneState(new DataPlane("shop", "edge-waypoint"), gateway -> false);

    private static RoutingIr routing(int port) {
        return new RoutingIr(
                List.of(new ListenerIr(
                        GATEWAY,
                        "http",
                        Optional.empty(),
                        port,
                        ListenerIr.Protocol.HTTP,
                        "",
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        ListenerSettingsIr.DEFAULT)),
                Map.of());
    }

    private static Map<ResourceRef, Map<ResourceRef, Long>> at(long generation) {
        return Map.of(GATEWAY, Map.of(GATEWAY, generation));
    }

    private static Replica replica(String pod, long version) {
        return new Replica(pod, version, Optional.empty());
    }

    @Test
    void publishesOnlyWhatChanged() {
        assertThat(state.update(routing(80), at(1), 0, 10)).isPresent();
        assertThat(state.update(routing(80), at(1), 0, 11)).isEmpty();
        assertThat(state.update(routing(80), at(1), 2, 12))
                .hasValueSatisfying(config -> assertThat(config.version()).isEqualTo(10))
                .hasValueSatisfying(config -> assertThat(config.replicas()).isEqualTo(2));
        assertThat(state.update(routing(81), at(2), 2, 13))
                .hasValueSatisfying(config -> assertThat(config.version()).isEqualTo(13));
    }

    @Test
    void isProgrammedWhenAllReadyProxiesTookTheGeneration() {
        state.update(routing(80), at(1), 2, 10);
        assertThat(state.obstacle(GATEWAY, Set.of(), List.of())).isPresent();
        assertThat(state.obstacle(GATEWAY, Set.of("a", "b"), List.of(replica("a", 10))))
                .hasValueSatisfying(obstacle -> assertThat(obstacle.message())
                        .isEqualTo("1 of 2 ready proxies of edge-waypoint have not taken this generation: b"));
        assertThat(state.obstacle(GATEWAY, Set.of("a", "b"), List.of(replica("a", 10), replica("b", 12))))
                .isEmpty();
    }

    @Test
    void aRouteThatIsNotTakenYetDoesNotUndoIt() {
        state.update(routing(80), at(1), 1, 10);
        state.update(routing(81), at(1), 1, 11);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 10))))
                .isEmpty();
        state.update(routing(82), at(2), 1, 12);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 11))))
                .isPresent();
    }

    @Test
    void aRefusalIsTold() {
        state.update(routing(80), at(1), 1, 10);
        Replica refused = new Replica("a", 0, Optional.of(new Replica.Problem(10, "port 80 is taken")));
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(refused)))
                .hasValueSatisfying(
                        obstacle -> assertThat(obstacle.message()).endsWith("; a refused it: port 80 is taken"));
    }

    @Test
    void aProxyThatLostItsStreamKeepsWhatItTook() {
        state.update(routing(80), at(1), 1, 10);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of())).isPresent();
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 10))))
                .isEmpty();
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of())).isEmpty();
        state.update(routing(81), at(2), 1, 11);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of())).isPresent();
    }

    @Test
    void aControllerThatTakesOverBelievesWhatWasWritten() {
        PlaneState inherited = new PlaneState(new DataPlane("shop", "edge-waypoint"), gateway -> true);
        inherited.update(routing(80), at(1), 1, 10);
        assertThat(inherited.obstacle(GATEWAY, Set.of("a"), List.of())).isEmpty();
        assertThat(inherited.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 3))))
                .isEmpty();
        inherited.update(routing(81), at(2), 1, 11);
        assertThat(inherited.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 3))))
                .isPresent();
    }

    @Test
    void ofSeveralGatewaysOnlyTheOneThatChangedWaits() {
        ResourceRef other = new ResourceRef("gateway.networking.k8s.io", "Gateway", "shop", "other");
        state.update(routing(80), at(1), 1, 10);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 10))))
                .isEmpty();
        state.update(routing(81), Map.of(GATEWAY, Map.of(GATEWAY, 1L), other, Map.of(other, 1L)), 1, 11);
        assertThat(state.obstacle(GATEWAY, Set.of("a"), List.of(replica("a", 10))))
                .isEmpty();
        assertThat(state.obstacle(other, Set.of("a"), List.of(replica("a", 10))))
                .isPresent();
        assertThat(state.obstacle(other, Set.of("a"), List.of(replica("a", 11))))
                .isEmpty();
        state.update(routing(80), at(1), 1, 12);
        assertThat(state.obstacle(other, Set.of("a"), List.of(replica("a", 12))))
                .isPresent();
    }
}

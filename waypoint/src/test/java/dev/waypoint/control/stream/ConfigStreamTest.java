package dev.waypoint.control.stream;

import static dev.waypoint.control.stream.TestController.SHOP;
import static dev.waypoint.control.stream.TestProxy.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.trust.MemoryStore;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.RoutingIr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends on real sockets, with TLS and tokens. */
class ConfigStreamTest {

    private static final DataPlane BANK = new DataPlane("bank", "edge");

    @TempDir
    Path folder;

    private TestProxy shop(TestController controller) throws IOException {
        return new TestProxy(folder.resolve("shop"), controller, SHOP, "shop-token");
    }

    @Test
    void whatIsPublishedArrivesAndIsAcknowledged() throws Exception {
        Configs configs = new Configs(20);
        RoutingIr first = configs.ir();
        RoutingIr second = configs.header("other").path("/zzz").ir();
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller)) {
            controller.publish(SHOP, 7, first);
            proxy.start();
            proxy.awaitVersion(7);
            controller.publish(SHOP, 8, second);
            proxy.awaitVersion(8);

            assertThat(proxy.installed).containsExactly(first, second);
            await(
                    "the controller knows",
                    () -> controller.replicas(SHOP).equals(List.of(new Replica("edge-1", 8, Optional.empty()))));
            assertThat(proxy.client.status().origin()).isEqualTo(StreamStatus.Origin.CONTROLLER);
        }
    }

    @Test
    void aProxyThatConnectsFirstWaits() throws Exception {
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            await("connected", () -> !controller.replicas(SHOP).isEmpty());
            assertThat(controller.replicas(SHOP)).containsExactly(new Replica("edge-1", 0, Optional.empty()));
            controller.publish(SHOP, 1, new Configs(1).ir());
            proxy.awaitVersion(1);
        }
    }

    @Test
    void oneChangeOfFiveThousandRoutesIsSmallOnTheStream() throws Exception {
        long few = bytesOfOneChange(10);
        long many = bytesOfOneChange(5000);
        assertThat(many).isLessThan(1000);
        assertThat(many - few).isBetween(-20L, 40L);
    }

    private long bytesOfOneChange(int routes) throws Exception {
        Configs configs = new Configs(routes);
        try (TestController controller = TestController.start();
                TestProxy proxy = new TestProxy(folder.resolve("n" + routes), controller, SHOP, "shop-token").start()) {
            controller.publish(SHOP, 1, configs.ir());
            proxy.awaitVersion(1);
            long before = proxy.client.status().counts().bytes();
            controller.publish(SHOP, 2, configs.header("other").ir());
            proxy.awaitVersion(2);
            return proxy.client.status().counts().bytes() - before;
        }
    }

    @Test
    void aRefusedVersionLeavesTheOneBeforeAndIsKnown() throws Exception {
        Configs configs = new Configs(3);
        RoutingIr good = configs.ir();
        RoutingIr bad = configs.header("bad").ir();
        RoutingIr better = configs.header("better").ir();
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 1, good);
            proxy.awaitVersion(1);
            proxy.refusal = "this cannot be";
            controller.publish(SHOP, 2, bad);
            await(
                    "refused",
                    () -> controller.replicas(SHOP).stream()
                            .anyMatch(one -> one.problem().isPresent()));

            assertThat(controller.replicas(SHOP))
                    .containsExactly(new Replica("edge-1", 1, Optional.of(new Replica.Problem(2, "this cannot be"))));
            assertThat(proxy.client.status().version()).isEqualTo(1);
            assertThat(proxy.client.status().refused()).contains(new StreamStatus.Refused(2, "this cannot be"));

            proxy.refusal = "";
            controller.publish(SHOP, 3, better);
            proxy.awaitVersion(3);
            assertThat(proxy.installed).containsExactly(good, better);
            await(
                    "no problem any more",
                    () -> controller.replicas(SHOP).equals(List.of(new Replica("edge-1", 3, Optional.empty()))));
        }
    }

    /** An older proxy does not have what a newer controller speaks of: it says so, and keeps what it has. */
    @Test
    void aFilterThatTheProxyDoesNotHaveIsRefusedByName() throws Exception {
        try (TestController controller = TestController.start();
                TestProxy proxy = new TestProxy(
                                folder.resolve("older"), controller, SHOP, "shop-token", FilterCatalog.empty())
                        .start()) {
            controller.publish(SHOP, 1, new Configs(1).ir());
            await("refused", () -> proxy.client.status().refused().isPresent());
            assertThat(proxy.client.status().refused().orElseThrow().reason())
                    .contains("rule 'HTTPRoute shop/route-0/0'", "header-modifier", "older than its controller");
        }
    }

    @Test
    void aSlowProxyGetsTheNewestOnly() throws Exception {
        Configs configs = new Configs(5);
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 1, configs.ir());
            proxy.awaitVersion(1);
            proxy.delay = Duration.ofMillis(300);
            for (int i = 2; i <= 200; i++) {
                controller.publish(SHOP, i, configs.header("v" + i).ir());
            }
            proxy.awaitVersion(200);
            assertThat(proxy.installed).hasSizeLessThan(5);
        }
    }

    @Test
    void aNewVersionWithoutAChangeIsAcknowledgedWithoutTraffic() throws Exception {
        RoutingIr same = new Configs(5).ir();
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 1, same);
            proxy.awaitVersion(1);
            await("acknowledged", () -> version(controller) == 1);
            long before = controller.server.counters().messagesSent();
            controller.publish(SHOP, 2, new Configs(5).ir());
            await("acknowledged", () -> version(controller) == 2);
            assertThat(controller.server.counters().messagesSent()).isEqualTo(before);
        }
    }

    @Test
    void theNumberOfReplicasIsToldWithoutAVersion() throws Exception {
        RoutingIr routing = new Configs(5).ir();
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            controller.server.publish(SHOP, new ProxyConfig(1, routing, 2));
            proxy.awaitVersion(1);
            controller.server.publish(SHOP, new ProxyConfig(1, routing, 3));
            await("told", () -> proxy.replicas.equals(List.of(2, 3)));
            assertThat(proxy.installed).hasSize(1);
        }
    }

    private static long version(TestController controller) {
        return controller.replicas(SHOP).stream()
                .mapToLong(Replica::version)
                .max()
                .orElse(0);
    }

    // ---- coming back

    @Test
    void afterTheControllersRestartNothingIsSentAgain() throws Exception {
        MemoryStore store = new MemoryStore();
        Configs configs = new Configs(500);
        TestController first = TestController.start(store, 0);
        try (TestProxy proxy = shop(first).start()) {
            first.publish(SHOP, 1, configs.ir());
            proxy.awaitVersion(1);
            long all = proxy.client.status().counts().bytes();
            first.close();
            await("away", () -> !proxy.client.status().connected());
            try (TestController second = TestController.start(store, first.port())) {
                second.publish(SHOP, 2, new Configs(500).ir());
                proxy.awaitVersion(2);
                assertThat(proxy.installed).hasSize(1);
                assertThat(proxy.client.status().counts().bytes() - all).isLessThan(200);
            }
        }
    }

    @Test
    void whatChangedWhileTheControllerWasAwayIsAllThatIsSent() throws Exception {
        MemoryStore store = new MemoryStore();
        TestController first = TestController.start(store, 0);
        try (TestProxy proxy = shop(first).start()) {
            first.publish(SHOP, 1, new Configs(500).ir());
            proxy.awaitVersion(1);
            long all = proxy.client.status().counts().bytes();
            first.close();
            await("away", () -> !proxy.client.status().connected());
            RoutingIr changed =
                    new Configs(500).header("changed").endpoint("10.9.9.9").ir();
            try (TestController second = TestController.start(store, first.port())) {
                second.publish(SHOP, 2, changed);
                proxy.awaitVersion(2);
                assertThat(proxy.installed.getLast()).isEqualTo(changed);
                assertThat(proxy.client.status().counts().bytes() - all).isLessThan(2000);
            }
        }
    }

    @Test
    void aRestartedProxyServesWhatItHadWhileTheControllerIsAway() throws Exception {
        RoutingIr routing = new Configs(10).ir();
        Path kept = folder.resolve("shop/state/config.bin");
        TestController controller = TestController.start();
        try (TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 4, routing);
            proxy.awaitVersion(4);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        controller.close();
        try (TestProxy again = shop(controller)) {
            assertThat(again.client.restore()).isTrue();
            again.start();
            assertThat(again.installed).containsExactly(routing);
            assertThat(again.client.status().origin()).isEqualTo(StreamStatus.Origin.KEPT);
            assertThat(again.client.status().version()).isEqualTo(4);
            await("tries", () -> again.client.status().problem().contains("UNAVAILABLE"));
        }
        byte[] bytes = Files.readAllBytes(kept);
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept, bytes);
        try (TestProxy again = shop(controller)) {
            assertThat(again.client.restore()).as("a damaged file").isFalse();
        }
    }

    @Test
    void whatIsKeptForAnotherDataPlaneIsNotUsed() throws Exception {
        try (TestController controller = TestController.start()) {
            try (TestProxy proxy = shop(controller).start()) {
                controller.publish(SHOP, 1, new Configs(1).ir());
                proxy.awaitVersion(1);
            }
            try (TestProxy other = new TestProxy(folder.resolve("shop"), controller, BANK, "bank-token")) {
                assertThat(other.client.restore()).isFalse();
            }
        }
    }

    @Test
    void anOldStreamIsEndedAndGoesOn() throws Exception {
        Configs configs = new Configs(3);
        try (TestController controller = TestController.start(new MemoryStore(), 0, Duration.ofMillis(300));
                TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 1, configs.ir());
            proxy.awaitVersion(1);
            await("several streams", () -> proxy.client.status().counts().streams() > 2);
            controller.publish(SHOP, 2, configs.header("later").ir());
            proxy.awaitVersion(2);
            assertThat(proxy.installed).hasSize(2);
        }
    }

    // ---- who may have what

    @Test
    void namespacesDoNotSeeEachOther() throws Exception {
        RoutingIr ofShop =
                new Configs(1).certificate("chain of shop", "key of shop").ir();
        RoutingIr ofBank =
                new Configs(1).certificate("chain of bank", "key of bank").ir();
        try (TestController controller = TestController.start();
                TestProxy shop = shop(controller).start();
                TestProxy bank = new TestProxy(folder.resolve("bank"), controller, BANK, "bank-token").start();
                TestProxy thief = new TestProxy(folder.resolve("thief"), controller, BANK, "shop-token").start()) {
            controller.publish(SHOP, 1, ofShop);
            controller.publish(BANK, 1, ofBank);
            shop.awaitVersion(1);
            bank.awaitVersion(1);
            await("refused", () -> thief.client.status().problem().contains("PERMISSION_DENIED"));

            assertThat(shop.installed).containsExactly(ofShop);
            assertThat(bank.installed).containsExactly(ofBank);
            assertThat(thief.installed).isEmpty();
            assertThat(thief.client.status().problem())
                    .contains("shop/edge may not have the configuration of bank/edge");
            assertThat(controller.replicas(BANK)).hasSize(1);
        }
    }

    @Test
    void anInvalidTokenIsRefusedUntilItIsRenewed() throws Exception {
        try (TestController controller = TestController.start();
                TestProxy proxy = new TestProxy(folder.resolve("p"), controller, SHOP, "stale").start()) {
            controller.publish(SHOP, 1, new Configs(1).ir());
            await("refused", () -> proxy.client.status().problem().contains("UNAUTHENTICATED"));
            Files.writeString(folder.resolve("p/token"), "shop-token");
            proxy.awaitVersion(1);
        }
    }

    @Test
    void aStrangerIsNotTakenForTheController() throws Exception {
        try (TestController stranger = TestController.start();
                TestController controller = TestController.start();
                TestProxy proxy = shop(stranger)) {
            stranger.publish(SHOP, 1, new Configs(1).ir());
            Files.writeString(folder.resolve("shop/ca.crt"), controller.authorities());
            proxy.start();
            await("refused", () -> proxy.client.status().problem().contains("certif"));
            assertThat(proxy.installed).isEmpty();
            Files.writeString(folder.resolve("shop/ca.crt"), stranger.authorities());
            proxy.awaitVersion(1);
        }
    }

    @Test
    void aWithdrawnDataPlaneKeepsWhatItHas() throws Exception {
        try (TestController controller = TestController.start();
                TestProxy proxy = shop(controller).start()) {
            controller.publish(SHOP, 1, new Configs(1).ir());
            proxy.awaitVersion(1);
            controller.server.withdraw(SHOP);
            await("ended", () -> proxy.client.status().counts().streams() > 1);
            assertThat(proxy.installed).hasSize(1);
            controller.publish(SHOP, 2, new Configs(2).ir());
            proxy.awaitVersion(2);
        }
    }
}

package dev.waypoint.control.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.ImageDecoder;
import dev.waypoint.control.wire.ImageEncoder;
import dev.waypoint.ir.RoutingIr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One change costs the same number of bytes, however many routes there are. */
class DeltaSizeTest {

    static Stream<Arguments> changes() {
        return Stream.of(
                change("what a route does", 700, configs -> configs.header("other")),
                change(
                        "the path of a route, which moves it to another place",
                        900,
                        configs -> configs.path("/zzzzzzz")),
                change("an endpoint", 400, configs -> configs.endpoint("10.1.0.2")));
    }

    private static Arguments change(String name, int mostBytes, UnaryOperator<Configs> change) {
        return Arguments.of(name, mostBytes, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void oneChangeCostsTheSameAmongManyRoutes(String name, int mostBytes, UnaryOperator<Configs> change)
            throws Exception {
        int few = bytes(10, change);
        int many = bytes(5000, change);

        assertThat(many).isLessThan(mostBytes);
        assertThat(many - few).as("bytes that 4990 more routes cost").isLessThan(40);
    }

    private int bytes(int routes, UnaryOperator<Configs> change) throws Exception {
        Configs configs = new Configs(routes);
        ImageEncoder encoder = new ImageEncoder();
        ConfigImage before = encoder.encode(configs.ir());
        RoutingIr wanted = change.apply(configs).ir();
        ConfigImage after = encoder.encode(wanted);
        List<Update> updates = new ArrayList<>();
        Messages.updates(2, false, ConfigDelta.between(before, after), after.digest())
                .forEachRemaining(updates::add);

        UpdateParts parts = new UpdateParts();
        updates.forEach(parts::add);
        ConfigImage received =
                parts.complete(before, Messages.digest(updates.getLast().getState()));
        assertThat(new ImageDecoder(Configs.CATALOG).decode(received)).isEqualTo(wanted);
        return updates.stream().mapToInt(Update::getSerializedSize).sum();
    }

    @Test
    void aLargeVersionComesInParts() throws Exception {
        ConfigImage image = new ImageEncoder().encode(new Configs(5000).ir());
        List<Update> updates = new ArrayList<>();
        Messages.updates(1, true, ConfigDelta.between(ConfigImage.EMPTY, image), image.digest())
                .forEachRemaining(updates::add);

        assertThat(updates).hasSizeGreaterThan(4);
        UpdateParts parts = new UpdateParts();
        updates.forEach(parts::add);
        assertThat(parts.complete(
                        ConfigImage.EMPTY, Messages.digest(updates.getLast().getState())))
                .isEqualTo(image);
    }
}

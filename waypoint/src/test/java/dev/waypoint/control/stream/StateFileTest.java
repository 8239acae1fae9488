package dev.waypoint.control.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.UnreadableConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    private static final DataPlane PLANE = new DataPlane("shop", "edge-waypoint");
    private static final StateFile.Kept NOTHING = new StateFile.Kept(7, ConfigImage.EMPTY, 3);

    @TempDir
    Path folder;

    @Test
    void whatIsKeptIsTheOwnersAlone() throws Exception {
        StateFile file = new StateFile(folder, PLANE);
        file.save(NOTHING);
        assertThat(file.load()).contains(NOTHING);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> new StateFile(folder, new DataPlane("shop", "other")).load())
                .isInstanceOf(UnreadableConfig.class)
                .hasMessageContaining("shop/edge-waypoint")
                .hasMessageContaining("shop/other");
    }

    @Test
    void whatCannotBeKeptLeavesNothingBehind() throws IOException {
        StateFile file = new StateFile(folder, PLANE);
        Files.createDirectories(file.path().resolve("in-the-way"));
        assertThatThrownBy(() -> file.save(NOTHING)).isInstanceOf(IOException.class);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file.path());
        }
    }
}

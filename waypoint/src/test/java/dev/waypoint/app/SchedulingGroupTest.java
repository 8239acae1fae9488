package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether others see the niceness of our threads, as files of control groups tell it. Process 7 is ours. */
class SchedulingGroupTest {

    @TempDir
    private Path mounts;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a container that sees its group as the root, 0::/, ., cpu.weight, 7, , true",
        "a service by its path, 0::/system.slice/waypoint.service, system.slice/waypoint.service, cpu.weight, 7, , true",
        "a container that does not see its path, 0::/kubepods/pod1/c1, ., cpu.weight, 7, , true",
        "a shell beside us, 0::/, ., cpu.weight, 1 7, , false",
        "processes of other containers, 0::/, ., cpu.weight, 0 7, , false",
        "a group of others, 0::/, ., cpu.weight, 8, , false",
        "the root of all has no weight, 0::/, ., cgroup.type, 7, , false",
        "a group without a part of its own, 0::/user.slice, user.slice, cgroup.type, 7, , false",
        "groups inside it, 0::/, ., cpu.weight, 7, part, false",
        "version 1, '4:cpu,cpuacct:/docker/1', cpu, cpu.shares, 7, , true",
        "version 1 by its path, 4:cpu:/docker/1, cpu/docker/1, cpu.shares, 7, , true",
        "version 1 with others, 4:cpu:/, cpu, cpu.shares, 1 7, , false",
        "version 1 of something else, 4:cpuset:/, cpu, cpu.shares, 7, , false",
        "nothing that we know, whatever, ., cpu.weight, 7, , false"
    })
    void aloneIsWhoeverIsTheOnlyProcessOfItsGroup(
            String name, String membership, String group, String file, String members, String part, boolean ours)
            throws IOException {
        Path folder = Files.createDirectories(mounts.resolve(group));
        Files.writeString(folder.resolve(file), "100\n");
        Files.write(folder.resolve("cgroup.procs"), List.of(members.split(" ")));
        if (part != null) {
            Files.createDirectory(folder.resolve(part));
        }
        assertThat(new SchedulingGroup(mounts, List.of(membership), 7).isOurs()).isEqualTo(ours);
    }
}

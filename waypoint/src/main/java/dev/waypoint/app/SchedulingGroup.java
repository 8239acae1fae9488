package dev.waypoint.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The group of processes that share their part of the CPU with this one: Linux gives each control group its part first, by a weight of the
 * group, and looks at the niceness of threads only inside it. A container usually has a group of its own.
 *
 * @param mounts where control groups are, by their usual place {@code /sys/fs/cgroup}
 * @param membership what {@code /proc/self/cgroup} says: one line for each hierarchy
 * @param process the number of this process, as it sees itself
 */
record SchedulingGroup(Path mounts, List<String> membership, long process) {

    /** That of this process. */
    static SchedulingGroup own() throws IOException {
        Path membership = Path.of("/proc/self/cgroup");
        return new SchedulingGroup(
                Path.of("/sys/fs/cgroup"),
                Files.exists(membership) ? Files.readAllLines(membership) : List.of(),
                ProcessHandle.current().pid());
    }

    /** Whether it is known that no other process is in it, so that nobody but our own threads sees their niceness. */
    boolean isOurs() throws IOException {
        for (String line : membership) {
            // 0::/path (version 2), 4:cpu,cpuacct:/path (version 1)
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty() && isOurs(mounts, parts[2], "cpu.weight")) {
                return true;
            }
            if (Set.of(parts[1].split(",")).contains("cpu") && isOurs(mounts.resolve("cpu"), parts[2], "cpu.shares")) {
                return true;
            }
        }
        return false;
    }

    /** A container may see its own group as the root of all, at a path that only the machine knows. */
    private boolean isOurs(Path hierarchy, String path, String weight) throws IOException {
        return isOurs(hierarchy.resolve(path.substring(1)), weight) || isOurs(hierarchy, weight);
    }

    /** Processes of other containers that are in it are listed as 0. */
    private boolean isOurs(Path group, String weight) throws IOException {
        Path members = group.resolve("cgroup.procs");
        if (!Files.exists(group.resolve(weight)) || !Files.isReadable(members)) {
            return false;
        }
        return Files.readAllLines(members).equals(List.of(Long.toString(process))) && !hasParts(group);
    }

    /** Groups inside it compete with its threads. */
    private static boolean hasParts(Path group) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(group, Files::isDirectory)) {
            return parts.iterator().hasNext();
        }
    }
}

package dev.waypoint.app;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.Size;
import dev.waypoint.observe.AccessLogMode;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.RawObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a folder needs besides the proxy when somebody tries it out at a desk: kind {@code LocalRun} of {@code
 * waypoint.dev/v1alpha1}. It starts programs, so only {@code waypoint run DIR} obeys it; with {@code --config} and in a cluster it
 * is refused.
 */
@Doc("What a folder needs besides the proxy when it is tried out with waypoint run DIR.")
record LocalRun(
        @Doc("Folders of jars with filters, relative to the folder of configuration.")
        List<String> plugins,

        @Doc("Programs that are started before the proxy and ended after it.")
        List<Program> processes,

        @Doc("What --access-log is unless it is given.") Optional<String> accessLog,

        @Doc("Lines that are printed when everything is ready, such as commands to try.")
        List<String> tryOut) {

    private static final String KIND = "LocalRun";

    static final LocalRun NONE = new LocalRun(List.of(), List.of(), Optional.empty(), List.of());

    LocalRun {
        plugins = List.copyOf(plugins);
        processes = List.copyOf(processes);
        tryOut = List.copyOf(tryOut);
        if (accessLog.filter(mode -> AccessLogMode.parse(mode).isEmpty()).isPresent()) {
            throw new IllegalArgumentException(
                    "accessLog is " + accessLog.get() + ", expected off, full or sampled=PERCENT%");
        }
    }

    /**
     * A program.
     *
     * @param name for messages
     * @param command the program and its arguments; {@code ${java}} and {@code ${classpath}} are those of the proxy
     * @param waitFor addresses that must be listening before everything is called ready
     * @param afterReady whether it is started only when the proxy is ready, so that it does not slow the start down
     */
    @Doc("A program, started in the folder of configuration. Its standard input ends when the proxy does.")
    record Program(
            String name,
            @Size(min = 1) List<String> command,
            List<String> waitFor,
            @Default("false") boolean afterReady) {
        Program {
            command = List.copyOf(command);
            waitFor = List.copyOf(waitFor);
        }
    }

    /**
     * A folder without its LocalRun objects.
     *
     * @param content the rest
     * @param localRun the LocalRun, or {@link #NONE}
     */
    record Split(FolderContent content, LocalRun localRun) {}

    /** Whether an object is a LocalRun. */
    private static boolean isLocalRun(ResourceRef ref) {
        return ref.kind().equals(KIND) && ref.group().equals("waypoint.dev");
    }

    /**
     * Takes the LocalRun objects out of a folder.
     *
     * @param obeyed whether they are wanted; else each is a warning
     */
    static Split split(FolderContent content, boolean obeyed) {
        Map<ResourceRef, RawObject> rest = new LinkedHashMap<>();
        List<RawObject> found = new ArrayList<>();
        content.objects().forEach((ref, object) -> {
            if (isLocalRun(ref)) {
                found.add(object);
            } else {
                rest.put(ref, object);
            }
        });
        if (found.isEmpty()) {
            return new Split(content, NONE);
        }
        List<Finding> findings = new ArrayList<>(content.findings());
        LocalRun chosen = NONE;
        for (RawObject object : found) {
            chosen = RecordReader.read(
                            object.tree().path("spec"),
                            LocalRun.class,
                            object.ref(),
                            "spec",
                            finding -> findings.add(finding.at(object.position(finding.path()))))
                    .orElse(chosen);
            if (!obeyed) {
                findings.add(
                        Finding.warning(object.ref(), "", "", "is obeyed by 'waypoint run DIR' only, not with --config")
                                .at(object.position("")));
            }
        }
        return new Split(new FolderContent(rest, findings), obeyed ? chosen : NONE);
    }
}

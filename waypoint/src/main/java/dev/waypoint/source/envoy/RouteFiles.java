package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds route configurations in the files that {@code rds} names ({@code path_config_source}). */
final class RouteFiles {

    private final Map<Path, Optional<Message>> read = new HashMap<>();
    private final Set<Path> files = new LinkedHashSet<>();
    private final Problems problems;

    RouteFiles(Problems problems) {
        this.problems = problems;
    }

    Optional<Message> find(Message rds) {
        String name = rds.required("route_config_name");
        Message source = rds.child("config_source");
        source.harmless("resource_api_version", "initial_fetch_timeout");
        Optional<String> path = source.message("path_config_source")
                .map(file -> {
                    file.harmless("watched_directory");
                    return file.required("path");
                })
                .or(() -> source.text("path"));
        if (path.isEmpty()) {
            source.problems().error(source.path(), "", "expected path_config_source: routes are read from files only");
            return Optional.empty();
        }
        Path file = Path.of(path.get());
        files.add(file);
        return read.computeIfAbsent(file, this::response).flatMap(response -> resource(response, name, file));
    }

    private Optional<Message> response(Path file) {
        try {
            ObjectNode tree = BootstrapText.read(file);
            return Optional.of(new Message(tree, file + ":", problems));
        } catch (UnreadableBootstrap e) {
            problems.error(file.toString(), "", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Message> resource(Message response, String name, Path file) {
        response.harmless("version_info", "type_url", "nonce");
        for (Message resource : response.messages("resources")) {
            if (resource.string("name").equals(name)) {
                return Optional.of(resource);
            }
        }
        problems.error(file.toString(), name, "the file holds no route configuration of this name");
        return Optional.empty();
    }

    /** All files that were named. */
    Set<Path> files() {
        return files;
    }
}

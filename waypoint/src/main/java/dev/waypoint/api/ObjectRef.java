package dev.waypoint.api;

import dev.waypoint.config.Default;
import java.util.Optional;

/** Names another object. Each use says which group and kind it expects; another namespace mostly needs a ReferenceGrant. */
public record ObjectRef(@Default("\"\"") String group, Optional<String> kind, Optional<String> namespace, String name) {

    /** The kind, where it may be left out. */
    public String kindOr(String usual) {
        return kind.orElse(usual);
    }
}

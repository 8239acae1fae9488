package dev.waypoint.control.stream;

import dev.waypoint.control.stream.v1.Resource;
import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigImage;
import dev.waypoint.control.wire.Digest;
import dev.waypoint.control.wire.ResourceKey;
import dev.waypoint.control.wire.UnreadableConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the parts of a version until it is complete. */
final class UpdateParts {

    private final List<ConfigDelta.Change> changes = new ArrayList<>();
    private final List<ResourceKey> removed = new ArrayList<>();
    private Optional<UnreadableConfig> problem = Optional.empty();
    private boolean fresh;

    /** Takes a part; what is wrong with it is told with the last one. */
    void add(Update part) {
        fresh |= part.getFresh();
        if (part.getFormat() > Messages.FORMAT) {
            problem = problem.or(() -> Optional.of(new UnreadableConfig("the configuration has format "
                    + part.getFormat() + ", this proxy reads up to " + Messages.FORMAT + ": upgrade the proxy")));
        }
        part.getRemovedList().forEach(key -> removed.add(Messages.key(key)));
        try {
            for (Resource resource : part.getChangedList()) {
                changes.add(Messages.change(resource));
            }
        } catch (UnreadableConfig e) {
            problem = problem.or(() -> Optional.of(e));
        }
    }

    /**
     * The whole version, to be called after its last part; afterwards the next one may come.
     *
     * @param before what it changes
     * @param state the digest that it must have
     */
    ConfigImage complete(ConfigImage before, Optional<Digest> state) throws UnreadableConfig {
        try {
            if (problem.isPresent()) {
                throw problem.get();
            }
            ConfigImage image = new ConfigDelta(changes, removed).apply(fresh ? ConfigImage.EMPTY : before);
            if (!image.digest().equals(state.orElse(Digest.NONE))) {
                throw new UnreadableConfig(
                        "the configuration is not what its controller says it should be: digest " + image.digest()
                                + ", expected " + state.map(Digest::toString).orElse("none"));
            }
            return image;
        } finally {
            changes.clear();
            removed.clear();
            problem = Optional.empty();
            fresh = false;
        }
    }
}

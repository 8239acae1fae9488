package dev.waypoint.control.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What leads from one image to another.
 *
 * @param changes resources that are new or other than before
 * @param removed resources that are gone
 */
public record ConfigDelta(List<Change> changes, List<ResourceKey> removed) {

    public ConfigDelta {
        changes = List.copyOf(changes);
        removed = List.copyOf(removed);
    }

    /** A new or changed resource. */
    public sealed interface Change {
        /** Which one. */
        ResourceKey key();

        /** With all its content. */
        record Full(ResourceKey key, Content content) implements Change {}

        /**
         * As an edit of what it was.
         *
         * @param digest of the result
         */
        record Edited(ResourceKey key, SequenceEdit edit, Digest digest) implements Change {}
    }

    /** What leads to an image from one whose contents are known. */
    public static ConfigDelta between(ConfigImage before, ConfigImage after) {
        if (before.digest().equals(after.digest())) {
            return new ConfigDelta(List.of(), List.of());
        }
        return after.touchedSince(before)
                .map(touched -> between(before, after, touched, touched))
                .orElseGet(() -> between(before, after, after.keys(), before.keys()));
    }

    private static ConfigDelta between(
            ConfigImage before, ConfigImage after, Set<ResourceKey> present, Set<ResourceKey> past) {
        List<Change> changes = new ArrayList<>();
        present.forEach(key -> after.find(key)
                .flatMap(content -> change(key, before.find(key), content))
                .ifPresent(changes::add));
        return new ConfigDelta(
                changes,
                past.stream()
                        .filter(key ->
                                before.find(key).isPresent() && after.find(key).isEmpty())
                        .toList());
    }

    private static Optional<Change> change(ResourceKey key, Optional<Content> before, Content after) {
        if (before.isEmpty()) {
            return Optional.of(new Change.Full(key, after));
        }
        if (before.get().digest().equals(after.digest())) {
            return Optional.empty();
        }
        if (before.get() instanceof Content.Sequence old && after instanceof Content.Sequence fresh) {
            return Optional.of(new Change.Edited(key, SequenceEdit.between(old, fresh), fresh.digest()));
        }
        return Optional.of(new Change.Full(key, after));
    }

    /** What leads to an image from one of which only the digests are known: changed resources are sent whole. */
    public static ConfigDelta from(Map<ResourceKey, Digest> before, ConfigImage after) {
        List<Change> changes = new ArrayList<>();
        Map<ResourceKey, Content> wanted = after.resources();
        wanted.forEach((key, content) -> {
            if (!content.digest().equals(before.get(key))) {
                changes.add(new Change.Full(key, content));
            }
        });
        return new ConfigDelta(
                changes,
                before.keySet().stream().filter(key -> !wanted.containsKey(key)).toList());
    }

    /**
     * Makes the new image.
     *
     * @throws UnreadableConfig if the delta is for another image
     */
    public ConfigImage apply(ConfigImage before) throws UnreadableConfig {
        Map<ResourceKey, Content> changed = new LinkedHashMap<>();
        for (Change change : changes) {
            Optional<Content> known = Optional.ofNullable(changed.get(change.key()))
                    .or(() -> removed.contains(change.key()) ? Optional.empty() : before.find(change.key()));
            changed.put(change.key(), content(change, known));
        }
        return before.with(changed, removed);
    }

    private static Content content(Change change, Optional<Content> known) throws UnreadableConfig {
        return switch (change) {
            case Change.Full full -> full.content();
            case Change.Edited edited -> {
                if (!(known.orElse(null) instanceof Content.Sequence old)) {
                    throw new UnreadableConfig(edited.key() + ": an edit came for it, but it is not here");
                }
                Content.Sequence result = edited.edit().apply(edited.key(), old);
                if (!result.digest().equals(edited.digest())) {
                    throw new UnreadableConfig(edited.key() + ": its edit does not give what it should");
                }
                yield result;
            }
        };
    }
}

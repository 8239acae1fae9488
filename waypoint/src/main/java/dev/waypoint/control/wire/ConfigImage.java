package dev.waypoint.control.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Everything that one Gateway's proxies know, as resources by key. Immutable. */
public final class ConfigImage {

    /** No configuration. */
    public static final ConfigImage EMPTY = new ConfigImage(Map.of(), Digest.NONE);

    private final Map<ResourceKey, Entry> entries;
    private final Digest digest;

    /** Content with the digest of its key and itself, which costs too much to be made again each time. */
    private record Entry(Content content, Digest named) {}

    private ConfigImage(Map<ResourceKey, Entry> entries, Digest digest) {
        this.entries = entries;
        this.digest = digest;
    }

    /**
     * An image of resources.
     *
     * @param before an image that probably shares much with this one
     */
    public static ConfigImage of(Map<ResourceKey, Content> resources, ConfigImage before) {
        Map<ResourceKey, Entry> entries = LinkedHashMap.newLinkedHashMap(resources.size());
        Digest sum = Digest.NONE;
        for (Map.Entry<ResourceKey, Content> resource : resources.entrySet()) {
            Entry known = before.entries.get(resource.getKey());
            Entry entry = known != null
                            && known.content.digest().equals(resource.getValue().digest())
                    ? known
                    : new Entry(
                            resource.getValue(),
                            Digest.of(resource.getKey(), resource.getValue().digest()));
            entries.put(resource.getKey(), entry);
            sum = sum.plus(entry.named);
        }
        return new ConfigImage(entries, sum);
    }

    /** The same as another image's if and only if all resources are the same. */
    public Digest digest() {
        return digest;
    }

    /** The resources, in the order in which they were made. */
    public Map<ResourceKey, Content> resources() {
        Map<ResourceKey, Content> resources = LinkedHashMap.newLinkedHashMap(entries.size());
        entries.forEach((key, entry) -> resources.put(key, entry.content));
        return Collections.unmodifiableMap(resources);
    }

    /** What a resource holds. */
    public Optional<Content> find(ResourceKey key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::content);
    }

    /** How many resources there are. */
    public int size() {
        return entries.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigImage image && image.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "ConfigImage[" + entries.size() + " resources, " + digest.brief() + "]";
    }
}

package dev.waypoint.control.wire;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that one Gateway's proxies know, as resources by key. Immutable. */
public final class ConfigImage {

    /** No configuration. */
    public static final ConfigImage EMPTY = new ConfigImage(Map.of(), Map.of(), Digest.NONE, Optional.empty());

    private final Map<ResourceKey, Content> resources;

    /** Digests of keys and contents together, which cost too much to be made again each time. */
    private final Map<ResourceKey, Digest> named;

    private final Digest digest;
    private final Optional<Origin> origin;

    /**
     * The image that another one was made of.
     *
     * @param digest its digest
     * @param touched the only resources that may differ
     */
    record Origin(Digest digest, Set<ResourceKey> touched) {}

    private ConfigImage(
            Map<ResourceKey, Content> resources,
            Map<ResourceKey, Digest> named,
            Digest digest,
            Optional<Origin> origin) {
        this.resources = resources;
        this.named = named;
        this.digest = digest;
        this.origin = origin;
    }

    /**
     * An image of resources.
     *
     * @param before an image that probably shares much with this one
     */
    public static ConfigImage of(Map<ResourceKey, Content> resources, ConfigImage before) {
        Map<ResourceKey, Content> contents = LinkedHashMap.newLinkedHashMap(resources.size());
        Map<ResourceKey, Digest> named = HashMap.newHashMap(resources.size());
        Digest sum = Digest.NONE;
        for (Map.Entry<ResourceKey, Content> resource : resources.entrySet()) {
            ResourceKey key = resource.getKey();
            Content content = resource.getValue();
            Content known = before.resources.get(key);
            boolean same = known != null && known.digest().equals(content.digest());
            Digest both = same ? before.named.getOrDefault(key, Digest.NONE) : Digest.of(key, content.digest());
            contents.put(key, same ? known : content);
            named.put(key, both);
            sum = sum.plus(both);
        }
        return new ConfigImage(Collections.unmodifiableMap(contents), named, sum, Optional.empty());
    }

    /**
     * The image with some other resources, and without some. Equal to what {@link #of} makes of the same resources.
     *
     * @param changed resources that are new or may be other than here
     * @param removed resources that are not there any more
     */
    public ConfigImage with(Map<ResourceKey, Content> changed, Collection<ResourceKey> removed) {
        Map<ResourceKey, Content> contents = new LinkedHashMap<>(resources);
        Map<ResourceKey, Digest> digests = new HashMap<>(named);
        Set<ResourceKey> touched = new HashSet<>();
        Digest sum = digest;
        for (ResourceKey key : removed) {
            if (contents.remove(key) != null) {
                touched.add(key);
                sum = sum.minus(digests.getOrDefault(key, Digest.NONE));
                digests.remove(key);
            }
        }
        for (Map.Entry<ResourceKey, Content> resource : changed.entrySet()) {
            ResourceKey key = resource.getKey();
            Content content = resource.getValue();
            Content known = contents.get(key);
            if (known == null || !known.digest().equals(content.digest())) {
                Digest both = Digest.of(key, content.digest());
                touched.add(key);
                sum = sum.minus(digests.getOrDefault(key, Digest.NONE)).plus(both);
                contents.put(key, content);
                digests.put(key, both);
            }
        }
        Origin made = new Origin(digest, Set.copyOf(touched));
        return new ConfigImage(Collections.unmodifiableMap(contents), digests, sum, Optional.of(made));
    }

    /** Where this image may differ from an earlier one; empty if only a comparison can tell. */
    Optional<Set<ResourceKey>> touchedSince(ConfigImage before) {
        return origin.filter(one -> one.digest().equals(before.digest)).map(Origin::touched);
    }

    /** The same as another image's if and only if all resources are the same. */
    public Digest digest() {
        return digest;
    }

    /** The resources, in the order in which they were made. */
    public Map<ResourceKey, Content> resources() {
        return resources;
    }

    /** What a resource holds. */
    public Optional<Content> find(ResourceKey key) {
        return Optional.ofNullable(resources.get(key));
    }

    /** How many resources there are. */
    public int size() {
        return resources.size();
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
        return "ConfigImage[" + resources.size() + " resources, " + digest.brief() + "]";
    }
}

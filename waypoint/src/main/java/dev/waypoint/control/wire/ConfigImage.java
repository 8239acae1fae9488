package dev.waypoint.control.wire;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that one Gateway's proxies know, as resources by key. Immutable. */
public final class ConfigImage {

    /** No configuration. */
    public static final ConfigImage EMPTY = new ConfigImage(Map.of(), Digest.NONE, Optional.empty());

    private final Map<ResourceKey, Held> held;
    private final Digest digest;
    private final Optional<Origin> origin;

    /**
     * What a resource holds.
     *
     * @param named the digest of key and content together, which costs too much to be made again each time
     */
    private record Held(Content content, Digest named) {
        static Held of(ResourceKey key, Content content) {
            return new Held(content, Digest.of(key, content.digest()));
        }

        boolean holds(Content other) {
            return content.digest().equals(other.digest());
        }
    }

    /**
     * The image that another one was made of.
     *
     * @param digest its digest
     * @param touched the only resources that may differ
     */
    record Origin(Digest digest, Set<ResourceKey> touched) {}

    private ConfigImage(Map<ResourceKey, Held> held, Digest digest, Optional<Origin> origin) {
        this.held = held;
        this.digest = digest;
        this.origin = origin;
    }

    /**
     * An image of resources.
     *
     * @param before an image that probably shares much with this one
     */
    public static ConfigImage of(Map<ResourceKey, Content> resources, ConfigImage before) {
        Map<ResourceKey, Held> held = LinkedHashMap.newLinkedHashMap(resources.size());
        Digest sum = Digest.NONE;
        for (Map.Entry<ResourceKey, Content> resource : resources.entrySet()) {
            ResourceKey key = resource.getKey();
            Held known = before.held.get(key);
            Held now = known != null && known.holds(resource.getValue()) ? known : Held.of(key, resource.getValue());
            held.put(key, now);
            sum = sum.plus(now.named());
        }
        return new ConfigImage(held, sum, Optional.empty());
    }

    /**
     * The image with some other resources, and without some. Equal to what {@link #of} makes of the same resources.
     *
     * @param changed resources that are new or may be other than here
     * @param removed resources that are not there any more
     */
    public ConfigImage with(Map<ResourceKey, Content> changed, Collection<ResourceKey> removed) {
        Map<ResourceKey, Held> now = new LinkedHashMap<>(held);
        Set<ResourceKey> touched = new HashSet<>();
        Digest sum = digest;
        for (ResourceKey key : removed) {
            Held known = now.remove(key);
            if (known != null) {
                touched.add(key);
                sum = sum.minus(known.named());
            }
        }
        for (Map.Entry<ResourceKey, Content> resource : changed.entrySet()) {
            ResourceKey key = resource.getKey();
            Held known = now.get(key);
            if (known == null || !known.holds(resource.getValue())) {
                Held fresh = Held.of(key, resource.getValue());
                touched.add(key);
                sum = (known == null ? sum : sum.minus(known.named())).plus(fresh.named());
                now.put(key, fresh);
            }
        }
        return new ConfigImage(now, sum, Optional.of(new Origin(digest, Set.copyOf(touched))));
    }

    /** Where this image may differ from an earlier one; empty if only a comparison can tell. */
    Optional<Set<ResourceKey>> touchedSince(ConfigImage before) {
        return origin.filter(one -> one.digest().equals(before.digest)).map(Origin::touched);
    }

    /** The same as another image's if and only if all resources are the same. */
    public Digest digest() {
        return digest;
    }

    /** The resources, in the order in which they were made. A copy. */
    public Map<ResourceKey, Content> resources() {
        Map<ResourceKey, Content> resources = LinkedHashMap.newLinkedHashMap(held.size());
        held.forEach((key, one) -> resources.put(key, one.content()));
        return Collections.unmodifiableMap(resources);
    }

    /** The names of the resources, in the order in which they were made. */
    public Set<ResourceKey> keys() {
        return Collections.unmodifiableSet(held.keySet());
    }

    /** What a resource holds. */
    public Optional<Content> find(ResourceKey key) {
        return Optional.ofNullable(held.get(key)).map(Held::content);
    }

    /** How many resources there are. */
    public int size() {
        return held.size();
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
        return "ConfigImage[" + held.size() + " resources, " + digest.brief() + "]";
    }
}

package dev.waypoint.ratelimit.envoy;

import dev.waypoint.ratelimit.KeyedMap;
import dev.waypoint.ratelimit.LimitKey;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a wildcard by the values that it took, least recently used first out; what goes is forgotten with all that it had
 * counted. Guarded by itself.
 */
final class RecentBuckets {

    private final TokenBucket.Kind kind;
    private final int most;
    private final KeyedMap<TokenBucket> byKey = new KeyedMap<>();
    private @Nullable TokenBucket oldest;
    private @Nullable TokenBucket newest;

    RecentBuckets(TokenBucket.Kind kind, int most) {
        this.kind = kind;
        this.most = most;
    }

    synchronized TokenBucket bucket(LimitKey key) {
        TokenBucket known = byKey.find(key);
        if (known != null) {
            if (known != newest) {
                unlink(known);
                append(known);
            }
            return known;
        }
        TokenBucket made = new TokenBucket(key, kind);
        byKey.add(made);
        append(made);
        TokenBucket first = oldest;
        if (byKey.size() > most && first != null) {
            unlink(first);
            byKey.remove(first);
        }
        return made;
    }

    private void append(TokenBucket bucket) {
        TokenBucket before = newest;
        bucket.older = before;
        bucket.newer = null;
        if (before == null) {
            oldest = bucket;
        } else {
            before.newer = bucket;
        }
        newest = bucket;
    }

    private void unlink(TokenBucket bucket) {
        TokenBucket before = bucket.older;
        TokenBucket after = bucket.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
    }
}

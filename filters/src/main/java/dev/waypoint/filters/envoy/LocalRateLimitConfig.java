package dev.waypoint.filters.envoy;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.ratelimit.envoy.DescriptorConfig;
import dev.waypoint.ratelimit.envoy.DescriptorEntry;
import dev.waypoint.ratelimit.envoy.LocalLimits;
import dev.waypoint.ratelimit.envoy.TokenBucketConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Configuration of the filter {@code envoy-local-ratelimit}; the fields are those of Envoy's {@code LocalRateLimit}.
 *
 * @param status the status of refusals
 * @param tokenBucket the default bucket
 * @param enabledMillionths the share of the requests that are looked at
 * @param enforcedMillionths the share of the refusals that are obeyed
 * @param responseHeaders edits of refusals
 * @param requestHeadersWhenNotEnforced edits of requests that are let through although they are too many
 * @param descriptors further buckets
 * @param perConnection whether each connection has buckets of its own
 * @param rateLimitHeaders whether {@code x-ratelimit-*} headers are sent
 * @param alwaysConsumeDefault whether the default bucket is charged also where a descriptor matched
 * @param resourceExhausted whether gRPC calls get status 8 in place of 14
 * @param retryAfter whether refusals with status 429 say when to come back
 * @param rules makes the descriptors of a request; if there are none, those of the route count
 * @param maxDynamicDescriptors buckets held for each descriptor without a fixed value
 * @param instances how many proxies share the buckets
 */
public record LocalRateLimitConfig(
        @Default("429") @Range(min = 400, max = 599) @Doc("The status of refusals.")
        int status,

        @Doc("The default bucket.") Optional<Bucket> tokenBucket,

        @Default("0")
        @Range(min = 0, max = 1_000_000)
        @Doc("The share of the requests that are looked at, in millionths.")
        int enabledMillionths,

        @Default("0") @Range(min = 0, max = 1_000_000) @Doc("The share of the refusals that are obeyed, in millionths.")
        int enforcedMillionths,

        @Doc("Edits of refusals.") List<HeaderEdit> responseHeaders,

        @Doc("Edits of requests that are let through although they are too many.")
        List<HeaderEdit> requestHeadersWhenNotEnforced,

        @Doc("Further buckets.") List<Descriptor> descriptors,

        @Default("false") @Doc("Whether each connection has buckets of its own.")
        boolean perConnection,

        @Default("false") @Doc("Whether x-ratelimit headers are sent.")
        boolean rateLimitHeaders,

        @Default("true") @Doc("Whether the default bucket is charged also where a descriptor matched.")
        boolean alwaysConsumeDefault,

        @Default("false") @Doc("Whether gRPC calls get status 8 in place of 14.")
        boolean resourceExhausted,

        @Default("false") @Doc("Whether refusals with status 429 say when to come back.")
        boolean retryAfter,

        @Doc("Makes the descriptors of a request; if there are none, those of the route count.")
        List<RateRule> rules,

        @Default("20") @Range(min = 1) @Doc("Buckets held for each descriptor without a fixed value.")
        int maxDynamicDescriptors,

        @Default("1") @Range(min = 1) @Doc("How many proxies share the buckets.")
        int instances) {

    public LocalRateLimitConfig {
        responseHeaders = List.copyOf(responseHeaders);
        requestHeadersWhenNotEnforced = List.copyOf(requestHeadersWhenNotEnforced);
        descriptors = List.copyOf(descriptors);
        rules = List.copyOf(rules);
        limits(tokenBucket, descriptors, alwaysConsumeDefault, maxDynamicDescriptors);
    }

    /** A token bucket. */
    public record Bucket(
            @Range(min = 1) @Doc("Its size, and the tokens at the start.")
            long maxTokens,

            @Default("1") @Range(min = 1) @Doc("The tokens that come back in one interval.")
            long tokensPerFill,

            @Doc("The interval, at least 50ms.") Duration fillInterval) {
        TokenBucketConfig toConfig() {
            return new TokenBucketConfig(maxTokens, tokensPerFill, fillInterval);
        }
    }

    /** One pair of a descriptor; an empty value stands for any. */
    public record Entry(
            @Size(min = 1) String key, @Default("\"\"") String value) {}

    /** A bucket for requests with exactly these entries. */
    public record Descriptor(
            @Size(min = 1) @Doc("The entries, in order.") List<Entry> entries,

            @Doc("The bucket.") Bucket tokenBucket,

            @Default("false") @Doc("Whether refusals are counted only.")
            boolean shadow) {
        public Descriptor {
            entries = List.copyOf(entries);
        }

        DescriptorConfig toConfig() {
            List<DescriptorEntry> pairs = entries.stream()
                    .map(entry -> new DescriptorEntry(entry.key(), entry.value()))
                    .toList();
            return new DescriptorConfig(pairs, tokenBucket.toConfig(), shadow);
        }
    }

    /** What the limiter is made of. */
    LocalLimits limits() {
        return limits(tokenBucket, descriptors, alwaysConsumeDefault, maxDynamicDescriptors);
    }

    private static LocalLimits limits(
            Optional<Bucket> bucket, List<Descriptor> descriptors, boolean always, int maxDynamic) {
        return new LocalLimits(
                bucket.map(Bucket::toConfig),
                descriptors.stream().map(Descriptor::toConfig).toList(),
                always,
                maxDynamic);
    }
}

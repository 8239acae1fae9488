package dev.waypoint.filters.envoy;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import dev.waypoint.filters.envoy.Substitution.Subject;
import dev.waypoint.ratelimit.NanoClock;
import dev.waypoint.ratelimit.envoy.Fraction;
import dev.waypoint.ratelimit.envoy.LocalDecision;
import dev.waypoint.ratelimit.envoy.LocalLimiter;
import dev.waypoint.ratelimit.envoy.LocalLimits;
import dev.waypoint.ratelimit.envoy.LocalRateLimit;
import dev.waypoint.ratelimit.envoy.LocalRateLimit.Handled;
import dev.waypoint.ratelimit.envoy.RequestDescriptor;
import dev.waypoint.ratelimit.envoy.TokenBucket;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Envoy's <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter">local rate
 * limit filter</a>, with its descriptors, headers and defaults.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class EnvoyLocalRateLimit implements FilterFactory<LocalRateLimitConfig> {

    private static final FilterKind<LocalRateLimitConfig> KIND = new FilterKind<>(
            "envoy-local-ratelimit",
            Placement.in(Stage.LIMIT),
            LocalRateLimitConfig.class,
            "Limits requests by token buckets exactly as Envoy's local rate limit filter does.");

    /** One key for all instances: a key of each would make every exchange's slots longer with every change of configuration. */
    private static final ExchangeKey<Reported> REPORTED = ExchangeKey.of("envoy-local-ratelimit");

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int GRPC_RESOURCE_EXHAUSTED = 8;
    private static final int GRPC_UNAVAILABLE = 14;

    @Override
    public FilterKind<LocalRateLimitConfig> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(LocalRateLimitConfig config, FilterEnvironment environment) {
        return new Limit(config, environment);
    }

    /** The bucket that an instance has to tell of; several instances may stand in one chain. */
    private record Reported(Limit by, TokenBucket bucket, Optional<Reported> others) {}

    /** A live limit. */
    private static final class Limit implements HeadersFilter {

        private final LocalRateLimitConfig config;
        private final LocalLimits limits;
        private final LocalLimiter limiter;
        private final LocalRateLimit filter;
        private final RateRules.Compiled rules;
        private final List<HeaderEdit.Compiled> responseHeaders;
        private final List<HeaderEdit.Compiled> requestHeaders;
        private final double share;
        private final EventCounter limited;
        private final EventCounter shadowLimited;
        private final EventCounter notEnforced;

        Limit(LocalRateLimitConfig config, FilterEnvironment environment) {
            this.config = config;
            // Those that are allowed are counted already: the filter lets them pass.
            limited = environment.counter("limited");
            shadowLimited = environment.counter("shadow_limited");
            notEnforced = environment.counter("not_enforced");
            limits = config.limits();
            // Counters survive a change that does not concern the buckets.
            limiter = environment
                    .predecessor()
                    .filter(Limit.class::isInstance)
                    .map(Limit.class::cast)
                    .filter(before -> before.limits.equals(limits))
                    .map(before -> before.limiter)
                    .orElseGet(() -> new LocalLimiter(limits, NanoClock.system()));
            filter = new LocalRateLimit(
                    new Fraction(config.enabledMillionths(), 1_000_000),
                    new Fraction(config.enforcedMillionths(), 1_000_000),
                    () -> ThreadLocalRandom.current().nextLong());
            rules = new RateRules.Compiled(config.rules());
            responseHeaders = config.responseHeaders().stream()
                    .map(HeaderEdit.Compiled::new)
                    .toList();
            requestHeaders = config.requestHeadersWhenNotEnforced().stream()
                    .map(HeaderEdit.Compiled::new)
                    .toList();
            share = 1.0 / config.instances();
        }

        @Override
        public Verdict onRequest(RequestHead request, Exchange exchange) {
            LocalLimiter chosen = config.perConnection()
                    ? ConnectionLimiters.of(exchange.connection().id(), limits)
                    : limiter;
            Handled handled = filter.handle(chosen, descriptors(request, exchange), share);
            handled.reported(config.rateLimitHeaders())
                    .ifPresent(bucket -> exchange.set(REPORTED, new Reported(this, bucket, exchange.get(REPORTED))));
            if (exchange.isTraced()) {
                exchange.note(KIND.name(), handled.answer().name());
            }
            return switch (handled.answer()) {
                case DISABLED, ALLOWED -> Verdict.next();
                case SHADOW_LIMITED -> {
                    shadowLimited.increment();
                    yield Verdict.next();
                }
                case NOT_ENFORCED -> {
                    notEnforced.increment();
                    Subject subject = new Subject(exchange, request, Optional.empty());
                    requestHeaders.forEach(edit -> edit.apply(request.headers(), subject));
                    yield Verdict.next();
                }
                case ENFORCED -> {
                    limited.increment();
                    yield Verdict.reply(refusal(request, exchange, handled));
                }
            };
        }

        private List<RequestDescriptor> descriptors(RequestHead request, Exchange exchange) {
            if (limits.descriptors().isEmpty()) {
                return List.of();
            }
            return rules.isEmpty()
                    ? exchange.get(RateRules.DESCRIPTORS).orElse(List.of())
                    : rules.descriptors(request, exchange);
        }

        private LocalReply refusal(RequestHead request, Exchange exchange, Handled handled) {
            HttpHeadersBuilder headers = HttpHeaders.builder();
            Subject subject = new Subject(exchange, request, Optional.empty());
            responseHeaders.forEach(edit -> edit.apply(headers, subject));
            if (config.retryAfter() && config.status() == TOO_MANY_REQUESTS && !headers.contains("retry-after")) {
                handled.decision()
                        .flatMap(LocalDecision::bucket)
                        .ifPresent(bucket -> headers.add("retry-after", String.valueOf(bucket.retryAfterSeconds())));
            }
            return new LocalReply(
                    config.status(),
                    headers.build(),
                    "local_rate_limited",
                    ReplyCause.RATE_LIMITED,
                    "local_rate_limited",
                    grpcStatus());
        }

        private OptionalInt grpcStatus() {
            if (config.resourceExhausted()) {
                return OptionalInt.of(GRPC_RESOURCE_EXHAUSTED);
            }
            return config.status() == TOO_MANY_REQUESTS ? OptionalInt.of(GRPC_UNAVAILABLE) : OptionalInt.empty();
        }

        @Override
        public void onResponse(ResponseHead response, Exchange exchange) {
            for (Optional<Reported> told = exchange.get(REPORTED); told.isPresent(); told = told.get().others) {
                if (told.get().by == this) {
                    tell(told.get().bucket, response);
                    return;
                }
            }
        }

        private static void tell(TokenBucket bucket, ResponseHead response) {
            response.headers().add("x-ratelimit-limit", String.valueOf(bucket.limit()));
            response.headers().add("x-ratelimit-remaining", String.valueOf(bucket.remaining()));
            response.headers().add("x-ratelimit-reset", String.valueOf(bucket.resetSeconds()));
        }
    }
}

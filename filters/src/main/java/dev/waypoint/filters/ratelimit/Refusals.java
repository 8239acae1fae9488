package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpStatus;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import java.util.OptionalInt;

/** What refused requests are answered. */
final class Refusals {

    private static final HttpData AWAY = HttpData.ofUtf8("The limits of this request cannot be checked now\n");
    private static final int UNAVAILABLE = 14;

    private Refusals() {}

    /** A limit refuses. */
    static LocalReply limited(LimitConfig.Response response, LimitId limit, HttpHeadersBuilder headers) {
        response.headers().forEach(header -> headers.set(header.name().lower(), header.value()));
        return new LocalReply(
                response.statusCode(),
                headers.build(),
                HttpData.ofUtf8(response.body()),
                ReplyCause.RATE_LIMITED,
                "rate_limit:" + limit.token(),
                OptionalInt.of(response.grpcStatus()));
    }

    /** A limit refuses that has nothing to say about the time to come. */
    static LocalReply limited(LimitConfig.Response response, LimitId limit) {
        return limited(response, limit, HttpHeaders.builder());
    }

    /** The store of a limit is away, which refuses. */
    static LocalReply unreachable(LimitId limit, HttpHeadersBuilder headers) {
        return new LocalReply(
                HttpStatus.SERVICE_UNAVAILABLE.code(),
                headers.build(),
                AWAY,
                ReplyCause.RATE_LIMIT_STORE,
                "rate_limit_store:" + limit.token(),
                OptionalInt.of(UNAVAILABLE));
    }
}

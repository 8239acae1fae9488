package com.example.office;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.filter.Exchange;
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
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;

/**
 * Answers 503 outside of office hours, and says by a response header when the office closes. This file is all there is to it:
 * configuration, place in the chain, behaviour, and (by {@link AutoService}) registration.
 */
@AutoService(FilterFactory.class)
@SuppressWarnings("rawtypes") // the service is the factory, whatever it is configured by
public final class OfficeHours implements FilterFactory<OfficeHours.Config> {

    /** What a user may write under {@code spec.config}. Schema, checks and reference page come from this record. */
    public record Config(
            @Doc("The first hour that is served, 0 to 23.") @Range(min = 0, max = 23)
            int opens,

            @Doc("The hour from which nothing is served any more, 1 to 24.") @Range(min = 1, max = 24)
            int closes,

            @Doc("The time zone, such as Europe/Berlin.") @Default("\"UTC\"")
            String zone) {
        public Config {
            if (opens >= closes) {
                throw new IllegalArgumentException(
                        "opens is " + opens + ", expected less than closes, which is " + closes);
            }
            try {
                ZoneId.of(zone);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("zone is '" + zone + "', expected one such as Europe/Berlin", e);
            }
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return new FilterKind<>(
                "office-hours", Placement.in(Stage.SHIELD), Config.class, "Answers 503 outside of office hours.");
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config, ZoneId.of(config.zone()), environment.clock(), environment.counter("closed"));
    }

    /** One instance serves all event loops at once: everything in it is final. */
    private record Filter(Config config, ZoneId zone, InstantSource clock, EventCounter closed)
            implements HeadersFilter {

        @Override
        public Verdict onRequest(RequestHead request, Exchange exchange) {
            int hour = clock.instant().atZone(zone).getHour();
            if (hour >= config.opens() && hour < config.closes()) {
                return Verdict.next();
            }
            closed.increment();
            exchange.note("office-hours", "it is " + hour + " o'clock");
            return Verdict.reply(LocalReply.of(503, "we are closed\n", ReplyCause.FILTER, "office_closed")
                    .withHeaders(HttpHeaders.of("x-opens", config.opens())));
        }

        @Override
        public void onResponse(ResponseHead response, Exchange exchange) {
            response.headers().set("x-closes", Integer.toString(config.closes()));
        }
    }
}

package dev.waypoint.plan;

import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.observe.FilterMeters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One filter of a compiled chain, with what the runner needs to know of it in final fields. */
public final class ChainEntry {

    private final FilterIr ir;
    private final Placement placement;
    private final FilterMeters meters;
    private final @Nullable HeadersFilter headers;
    private final @Nullable StreamFilter stream;
    private final boolean shadow;
    private final int sampledMillionths;
    private final BodyDemand requestCeiling;
    private final BodyDemand responseCeiling;

    ChainEntry(FilterIr ir, Placement placement, HttpFilter filter, FilterMeters meters) {
        this.ir = ir;
        this.placement = placement;
        this.meters = meters;
        switch (filter) {
            case HeadersFilter headersFilter -> {
                headers = headersFilter;
                stream = null;
                requestCeiling = BodyDemand.none();
                responseCeiling = BodyDemand.none();
            }
            case StreamFilter streamFilter -> {
                headers = null;
                stream = streamFilter;
                requestCeiling = streamFilter.requestCeiling();
                responseCeiling = streamFilter.responseCeiling();
            }
        }
        shadow = ir.enforcement() instanceof Enforcement.Shadow;
        sampledMillionths = ir.enforcement() instanceof Enforcement.Sampled sampled ? sampled.millionths() : -1;
    }

    /** What configuration says of it. */
    public FilterIr ir() {
        return ir;
    }

    /** The name of its kind. */
    public String name() {
        return ir.filter();
    }

    /** Where it stands. */
    public Placement placement() {
        return placement;
    }

    /** Its counters. */
    public FilterMeters meters() {
        return meters;
    }

    /** The filter, if it looks at heads only; else null. */
    public @Nullable HeadersFilter headers() {
        return headers;
    }

    /** The filter, if it may see bodies; else null. */
    public @Nullable StreamFilter stream() {
        return stream;
    }

    /** What it says of itself, a line each. */
    public List<String> description() {
        return headers != null ? headers.description() : stream != null ? stream.description() : List.of();
    }

    /** Whether its decisions are only counted. */
    public boolean shadow() {
        return shadow;
    }

    /** The share of requests that it runs for, in millionths; -1 for all. */
    public int sampledMillionths() {
        return sampledMillionths;
    }

    /** The most that it may ask of request bodies. */
    public BodyDemand requestCeiling() {
        return requestCeiling;
    }

    /** The most that it may ask of response bodies. */
    public BodyDemand responseCeiling() {
        return responseCeiling;
    }
}

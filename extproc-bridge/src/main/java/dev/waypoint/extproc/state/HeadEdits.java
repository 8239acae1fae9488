package dev.waypoint.extproc.state;

import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import org.jspecify.annotations.Nullable;

/** The changes of heads and trailers that replies ask for, with what is counted and told of them. */
final class HeadEdits {

    private static final String LENGTH = "content-length";

    private final MachineSettings settings;
    private final Effects out;

    HeadEdits(MachineSettings settings, Effects out) {
        this.settings = settings;
        this.out = out;
    }

    /** Whether the length of a body that is shown in the mode cannot be promised. */
    boolean stripsLength(BodyMode mode, boolean sendsHeaders) {
        if (settings.permissions().contentLength()) {
            return false;
        }
        return switch (mode) {
            case NONE -> false;
            case BUFFERED -> !sendsHeaders;
            case STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
        };
    }

    static void dropLength(HeaderFields fields) {
        fields.remove(LENGTH);
    }

    /** Applies the header changes of a reply to a head. */
    @Nullable
    ProtocolFault mutateHead(CommonResponse reply, HeaderFields head, boolean keepsLength) {
        boolean replaces = reply.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE;
        return mutate(reply.getHeaderMutation(), head, new HeaderMutator.Purpose(replaces, keepsLength, true));
    }

    @Nullable
    ProtocolFault mutate(HeaderMutation mutation, HeaderFields fields, HeaderMutator.Purpose purpose) {
        ProtocolFault fault = settings.mutator()
                .apply(mutation, fields, purpose, this::ignored)
                .orElse(null);
        if (fault != null) {
            out.count(Effects.Count.REJECTED_HEADER_MUTATIONS);
        }
        return fault;
    }

    /** Tells of something that was left out. */
    void ignored(ProtocolFault fault, String what) {
        if (fault == ProtocolFault.HEADER_REFUSED) {
            out.count(Effects.Count.REJECTED_HEADER_MUTATIONS);
        }
        out.fault(fault, what, "");
    }

    /** Whether a whole body that a reply changes is not as long as the head says. */
    boolean contradictsLength(HeaderFields head, CommonResponse reply) {
        if (settings.permissions().contentLength()) {
            return false;
        }
        String[] length = {""};
        head.forEach((name, value) -> {
            if (LENGTH.contentEquals(name)) {
                length[0] = value;
            }
        });
        String actual = Long.toString(reply.getBodyMutation().getBody().size());
        return !length[0].isEmpty() && !length[0].equals(actual);
    }

    /** Has the route chosen again, if the reply and the settings say so. */
    void clearRoute(CommonResponse reply, boolean headHeld) {
        boolean wish = reply.getClearRouteCache();
        switch (settings.permissions().routeCache()) {
            case UPSTREAM ->
                keepRoute(wish, Effects.Count.CLEAR_ROUTE_CACHE_UPSTREAM_IGNORED, "behind the choice of the backend");
            case RETAIN ->
                keepRoute(
                        wish,
                        reply.hasHeaderMutation()
                                ? Effects.Count.CLEAR_ROUTE_CACHE_DISABLED
                                : Effects.Count.CLEAR_ROUTE_CACHE_IGNORED,
                        "in a configuration that keeps routes");
            case DEFAULT -> clearIf(wish, reply, headHeld);
            case CLEAR -> clearIf(wish || reply.hasHeaderMutation(), reply, headHeld);
        }
    }

    private void clearIf(boolean wish, CommonResponse reply, boolean headHeld) {
        if (wish && !reply.hasHeaderMutation()) {
            keepRoute(true, Effects.Count.CLEAR_ROUTE_CACHE_IGNORED, "without a header mutation");
        } else if (wish && headHeld) {
            out.clearRoute();
        } else if (wish) {
            ignored(ProtocolFault.ROUTE_NOT_CLEARED, "clear_route_cache after the request was passed on");
        }
    }

    private void keepRoute(boolean wish, Effects.Count count, String why) {
        if (wish) {
            out.count(count);
            ignored(ProtocolFault.ROUTE_NOT_CLEARED, "clear_route_cache " + why);
        }
    }
}

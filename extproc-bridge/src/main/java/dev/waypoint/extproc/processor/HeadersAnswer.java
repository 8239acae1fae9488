package dev.waypoint.extproc.processor;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.state.Modes;
import java.util.Optional;

/** What happens to a message whose headers were seen. */
public sealed interface HeadersAnswer permits HeadersAnswer.Proceed, HeadersAnswer.ReplaceMessage, ImmediateAnswer {

    /**
     * The message goes on.
     *
     * @param changes what changes in its headers
     * @param clearRoute whether the proxy chooses the route anew; counts for requests, and only together with changes
     * @param modes what shall be sent from now on ({@code mode_override}); counts if the proxy allows it
     */
    record Proceed(HeaderChanges changes, boolean clearRoute, Optional<Modes> modes) implements HeadersAnswer {
        private static final Proceed UNCHANGED = new Proceed(HeaderChanges.none(), false, Optional.empty());

        /** The same, with the route chosen anew. */
        public Proceed clearingRoute() {
            return new Proceed(changes, true, modes);
        }

        /** The same, with other parts sent from now on. */
        public Proceed withModes(Modes value) {
            return new Proceed(changes, clearRoute, Optional.of(value));
        }
    }

    /** The message goes on with another body, and nothing more of this direction is sent ({@code CONTINUE_AND_REPLACE}). */
    record ReplaceMessage(HeaderChanges changes, ByteString body) implements HeadersAnswer {}

    /** The message goes on as it is. */
    static Proceed proceed() {
        return Proceed.UNCHANGED;
    }

    /** The message goes on with other headers. */
    static Proceed proceed(HeaderChanges changes) {
        return new Proceed(changes, false, Optional.empty());
    }
}

package dev.waypoint.extproc.processor;

import com.google.protobuf.ByteString;
import java.util.List;

/** What happens to trailers. */
public sealed interface TrailersAnswer permits TrailersAnswer.Proceed, ImmediateAnswer {

    /**
     * They go on.
     *
     * @param before data that a processor held back and that goes on before them; only mode FULL_DUPLEX_STREAMED can do that, in
     *     others it is an error
     * @param changes what changes in them
     */
    record Proceed(List<ByteString> before, HeaderChanges changes) implements TrailersAnswer {
        private static final Proceed UNCHANGED = new Proceed(List.of(), HeaderChanges.none());

        public Proceed {
            before = List.copyOf(before);
        }

        /** The same, after data that was held back. */
        public Proceed after(ByteString data) {
            return new Proceed(data.isEmpty() ? List.of() : List.of(data), changes);
        }
    }

    /** They go on as they are. */
    static Proceed unchanged() {
        return Proceed.UNCHANGED;
    }

    /** They go on with changes. */
    static Proceed changed(HeaderChanges changes) {
        return new Proceed(List.of(), changes);
    }
}

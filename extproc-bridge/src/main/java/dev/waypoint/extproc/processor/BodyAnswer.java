package dev.waypoint.extproc.processor;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What happens to a piece of a body. The same answers fit every mode: the service says them in the way that the mode asks for.
 */
public sealed interface BodyAnswer permits BodyAnswer.Unchanged, BodyAnswer.Replaced, ImmediateAnswer {

    /**
     * The piece goes on.
     *
     * @param changes changes of the headers; they count where the headers are still held
     */
    record Unchanged(HeaderChanges changes) implements BodyAnswer {
        private static final Unchanged PLAIN = new Unchanged(HeaderChanges.none());
    }

    /**
     * Something else goes on in its place.
     *
     * @param pieces what goes on, possibly nothing; several pieces stay apart in mode FULL_DUPLEX_STREAMED and are joined in others
     * @param last whether nothing of this direction may follow: further data is dropped. In mode FULL_DUPLEX_STREAMED the message
     *     ends here, its trailers are dropped
     * @param changes changes of the headers; they count in modes BUFFERED and BUFFERED_PARTIAL, where the headers are still held
     */
    record Replaced(List<ByteString> pieces, boolean last, HeaderChanges changes) implements BodyAnswer {
        private static final Replaced NOTHING = new Replaced(List.of(), false, HeaderChanges.none());

        public Replaced {
            pieces = List.copyOf(pieces);
        }

        /** The same, and nothing after it. */
        public Replaced asLast() {
            return new Replaced(pieces, true, changes);
        }

        /** The same, with changes of the headers. */
        public Replaced with(HeaderChanges value) {
            return new Replaced(pieces, last, value);
        }
    }

    /** The piece goes on. */
    static BodyAnswer unchanged() {
        return Unchanged.PLAIN;
    }

    /** The piece goes on, with other headers: for modes BUFFERED and BUFFERED_PARTIAL, where they are still held. */
    static BodyAnswer unchanged(HeaderChanges changes) {
        return new Unchanged(changes);
    }

    /** Other pieces go on. */
    static Replaced replaced(ByteString... pieces) {
        return new Replaced(List.of(pieces), false, HeaderChanges.none());
    }

    /** Nothing goes on for now: the processor holds the piece back, or drops it. */
    static Replaced nothing() {
        return Replaced.NOTHING;
    }
}

package dev.waypoint.control.wire;

import java.util.List;

/** What a resource holds. */
public sealed interface Content {

    /** Equal content has equal digests. */
    Digest digest();

    /** How many bytes it has. */
    int size();

    /** One record. */
    record Whole(Piece piece) implements Content {
        @Override
        public Digest digest() {
            return piece.digest();
        }

        @Override
        public int size() {
            return piece.bytes().length;
        }
    }

    /** A list whose changes are sent as edits, so that one entry of many costs as much as one of few. */
    record Sequence(List<Piece> pieces, Digest digest) implements Content {
        public Sequence {
            pieces = List.copyOf(pieces);
        }

        /** A sequence of pieces. */
        public static Sequence of(List<Piece> pieces) {
            return new Sequence(pieces, Digest.of(pieces));
        }

        @Override
        public int size() {
            return pieces.stream().mapToInt(piece -> piece.bytes().length).sum();
        }
    }
}

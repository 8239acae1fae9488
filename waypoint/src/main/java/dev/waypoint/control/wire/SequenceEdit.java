package dev.waypoint.control.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a sequence is made of an earlier one: runs that are taken over, and new pieces between them.
 *
 * @param base the digest of the earlier sequence
 * @param steps in the order of the new sequence
 */
public record SequenceEdit(Digest base, List<Step> steps) {

    /**
     * A run of the earlier sequence, and what follows it.
     *
     * @param from where the run begins
     * @param count how many pieces it has, possibly none
     * @param inserted new pieces behind it
     */
    public record Step(int from, int count, List<Piece> inserted) {
        public Step {
            inserted = List.copyOf(inserted);
        }
    }

    public SequenceEdit {
        steps = List.copyOf(steps);
    }

    /** The edit that leads from one sequence to another. */
    public static SequenceEdit between(Content.Sequence before, Content.Sequence after) {
        Map<Digest, Integer> places = HashMap.newHashMap(before.pieces().size());
        for (int i = before.pieces().size() - 1; i >= 0; i--) {
            places.put(before.pieces().get(i).digest(), i);
        }
        List<Step> steps = new ArrayList<>();
        int from = 0;
        int count = 0;
        List<Piece> inserted = new ArrayList<>();
        for (Piece piece : after.pieces()) {
            Digest wanted = piece.digest();
            boolean next = inserted.isEmpty() && isAt(before, from + count, wanted);
            Integer place = next ? Integer.valueOf(from + count) : places.get(wanted);
            if (place == null) {
                inserted.add(piece);
            } else if (next) {
                count++;
            } else {
                add(steps, from, count, inserted);
                inserted = new ArrayList<>();
                from = place;
                count = 1;
            }
        }
        add(steps, from, count, inserted);
        return new SequenceEdit(before.digest(), steps);
    }

    private static boolean isAt(Content.Sequence sequence, int place, Digest wanted) {
        return place < sequence.pieces().size()
                && sequence.pieces().get(place).digest().equals(wanted);
    }

    private static void add(List<Step> steps, int from, int count, List<Piece> inserted) {
        if (count > 0 || !inserted.isEmpty()) {
            steps.add(new Step(from, count, inserted));
        }
    }

    /**
     * Makes the new sequence.
     *
     * @throws UnreadableConfig if this is not the sequence that the edit was made for
     */
    public Content.Sequence apply(ResourceKey key, Content.Sequence before) throws UnreadableConfig {
        if (!before.digest().equals(base)) {
            throw new UnreadableConfig(key + ": the edit is for another state of it than the one here");
        }
        List<Piece> pieces = new ArrayList<>();
        for (Step step : steps) {
            if (step.from() < 0
                    || step.count() < 0
                    || step.from() > before.pieces().size() - step.count()) {
                throw new UnreadableConfig(key + ": the edit takes " + step.count() + " entries from " + step.from()
                        + " of " + before.pieces().size());
            }
            pieces.addAll(before.pieces().subList(step.from(), step.from() + step.count()));
            pieces.addAll(step.inserted());
        }
        return Content.Sequence.of(pieces);
    }
}

package dev.waypoint.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what somebody meant who wrote a name that does not exist. */
public final class NearestName {

    private NearestName() {}

    /** The known name that is closest to the given one, if any is close enough to be what was meant. */
    public static Optional<String> of(Collection<String> known, String given) {
        int tolerance = Math.max(1, given.length() / 3);
        return known.stream()
                .filter(name -> distance(name, given) <= tolerance)
                .min(Comparator.comparingInt(name -> distance(name, given)));
    }

    /** Says that a field is unknown, with the field that was probably meant, or else all that exist. */
    static String unknownField(Collection<String> known, String given) {
        return of(known, given)
                .map(near -> "unknown field, did you mean '" + near + "'?")
                .orElseGet(() -> known.isEmpty()
                        ? "unknown field: expected no fields here"
                        : "unknown field, known are " + String.join(", ", known));
    }

    /** Edits (insert, delete, replace) between two names, letter case aside. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

import java.util.Arrays;

/** When answers came, and how long they took. */
final class Answers {

    private final long start = System.nanoTime();
    private long[] came = new long[1 << 16];
    private long[] took = new long[1 << 16];
    private int count;

    void add(long at, long nanos) {
        if (count == came.length) {
            came = Arrays.copyOf(came, 2 * count);
            took = Arrays.copyOf(took, 2 * count);
        }
        came[count] = at - start;
        took[count++] = nanos;
    }

    /** Answers a second that came between two moments, in seconds since the start. */
    double rate(double from, double to) {
        return count(from, to) / (to - from);
    }

    int count(double from, double to) {
        int in = 0;
        for (int i = 0; i < count; i++) {
            in += came[i] >= from * 1e9 && came[i] < to * 1e9 ? 1 : 0;
        }
        return in;
    }

    /** The time, in milliseconds, that this share of the answers did not exceed, of those that were asked for between two moments. */
    double millis(double share, double from, double to) {
        long[] sorted = new long[count];
        int in = 0;
        for (int i = 0; i < count; i++) {
            double asked = (came[i] - took[i]) / 1e9;
            if (asked >= from && asked < to) {
                sorted[in++] = took[i];
            }
        }
        if (in == 0) {
            throw new IllegalStateException("no request was made between " + from + " and " + to + " s");
        }
        Arrays.sort(sorted, 0, in);
        return sorted[Math.clamp((long) Math.ceil(share * in) - 1, 0, in - 1)] / 1e6;
    }
}

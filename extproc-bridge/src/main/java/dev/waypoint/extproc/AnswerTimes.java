package dev.waypoint.extproc;

import org.jspecify.annotations.Nullable;

/** When the messages of one direction were sent that wait for an answer. One of them costs no memory besides this object. */
final class AnswerTimes {

    private long oldest;
    private int count;
    /** The times behind the oldest, as a ring. */
    private long @Nullable [] others;

    private int head;

    int count() {
        return count;
    }

    void sent(long nanos) {
        if (count == 0) {
            oldest = nanos;
        } else {
            append(nanos);
        }
        count++;
    }

    private void append(long nanos) {
        long[] ring = others;
        int used = count - 1;
        if (ring == null) {
            ring = new long[8];
        } else if (used == ring.length) {
            long[] larger = new long[used * 2];
            for (int i = 0; i < used; i++) {
                larger[i] = ring[(head + i) % used];
            }
            ring = larger;
            head = 0;
        }
        others = ring;
        ring[(head + used) % ring.length] = nanos;
    }

    /** The time of the oldest message, which is answered; there is one. */
    long answerOne() {
        long time = oldest;
        count--;
        if (count > 0 && others != null) {
            oldest = others[head];
            head = (head + 1) % others.length;
        }
        return time;
    }

    /** The time of the oldest message; it and all others are answered. */
    long answerAll() {
        count = 0;
        head = 0;
        return oldest;
    }
}

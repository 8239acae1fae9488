package dev.waypoint.ratelimit;

/** One request at a {@link ConcurrencyLimiter}. Its state changes only there. */
public final class Place {

    /** How a request stands. */
    public enum State {
        /** Under way; to be given back with {@link ConcurrencyLimiter#leave}. */
        RUNNING,
        /** In the queue; the caller waits until {@code leave} names it, or gives up. */
        WAITING,
        /** Neither: there was no room, or it gave up, or it is done. */
        OUT
    }

    final LimitKey key;
    private final State answer;
    private final long deadline;
    private final boolean exceeding;
    private final Runnable resumption;
    private volatile State state;

    Place(LimitKey key, State answer, long deadline, boolean exceeding, Runnable resumption) {
        this.key = key;
        this.answer = answer;
        this.deadline = deadline;
        this.exceeding = exceeding;
        this.resumption = resumption;
        this.state = answer;
    }

    /**
     * What the request was told when it came; does not change. Who was told to wait is resumed by the thread to which
     * {@code leave} names it, even if that happens before {@code enter} has returned here.
     */
    public State answer() {
        return answer;
    }

    /** How the request stands now. */
    public State state() {
        return state;
    }

    /** What {@code enter} was given to be run when the request may go on. */
    public Runnable resumption() {
        return resumption;
    }

    /** Time on the limiter's clock at which a waiting request has waited long enough. */
    public long deadlineNanos() {
        return deadline;
    }

    /** Whether the request runs beyond the limit, which only shadow mode lets happen. */
    public boolean shadowLimited() {
        return exceeding && answer == State.RUNNING;
    }

    void state(State next) {
        state = next;
    }
}

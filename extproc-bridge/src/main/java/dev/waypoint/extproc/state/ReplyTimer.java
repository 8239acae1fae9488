package dev.waypoint.extproc.state;

/** Which reply a direction waits for, and for how long. */
final class ReplyTimer {

    private final Direction direction;
    private final Effects out;
    private final long millis;

    private Waiting waiting = Waiting.NOTHING;
    private boolean running;
    private boolean extended;

    ReplyTimer(Direction direction, Effects out, long millis) {
        this.direction = direction;
        this.out = out;
        this.millis = millis;
    }

    Waiting waiting() {
        return waiting;
    }

    boolean isIdle() {
        return waiting == Waiting.NOTHING;
    }

    /** Waits without a limit. */
    void await(Waiting reply) {
        waiting = reply;
    }

    void start() {
        running = true;
        extended = false;
        out.startTimer(direction, millis);
    }

    /** Grants a longer time, once for each message. */
    boolean extend(long longer) {
        if (!running || extended) {
            return false;
        }
        extended = true;
        out.startTimer(direction, longer);
        return true;
    }

    void stop() {
        if (running) {
            running = false;
            out.stopTimer(direction);
        }
    }

    void answered() {
        stop();
        waiting = Waiting.NOTHING;
    }
}

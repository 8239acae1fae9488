package dev.waypoint.filter.testing;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.BodyDemand;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Does for one direction of one session what the engine does: gives it what it demanded, and carries the rest past it. */
final class Direction {

    private final PassedOn<?> passed;
    private final Receiver session;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private BodyDemand demand = BodyDemand.chunks();
    private @Nullable ByteArrayOutputStream held;
    private boolean closed;
    private boolean paused;

    Direction(PassedOn<?> passed, Receiver session) {
        this.passed = passed;
        this.session = session;
    }

    /** The session's side of the direction. */
    interface Receiver {
        void head(boolean end);

        void data(HttpData data, boolean end);

        void trailers(HttpHeaders trailers);

        void tooLarge();
    }

    /** Nothing more reaches the session. */
    void close() {
        closed = true;
    }

    void pause(boolean value) {
        if (paused == value) {
            throw new AssertionError(value ? "the filter paused twice" : "the filter resumed without a pause");
        }
        paused = value;
    }

    boolean isPaused() {
        return paused;
    }

    /** The session passed its head on: what went past it may follow. */
    void headPassed() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    void head(BodyDemand asked, boolean end) {
        demand = asked;
        if (demand instanceof BodyDemand.Whole && !end) {
            held = new ByteArrayOutputStream();
        } else {
            session.head(end);
        }
    }

    void data(HttpData data, boolean end) {
        if (closed) {
            data.close();
        } else if (held != null && demand instanceof BodyDemand.Whole whole) {
            hold(held, whole, data, end);
        } else if (demand instanceof BodyDemand.None) {
            past(() -> passed.data(data, end));
        } else {
            session.data(data, end);
        }
    }

    private void hold(ByteArrayOutputStream body, BodyDemand.Whole whole, HttpData data, boolean end) {
        body.writeBytes(data.array());
        data.close();
        if (body.size() > whole.maxBytes()) {
            held = null;
            switch (whole.overflow()) {
                case REJECT -> {
                    closed = true;
                    session.tooLarge();
                }
                case PARTIAL -> {
                    session.head(false);
                    session.data(HttpData.wrap(body.toByteArray()), end);
                }
            }
        } else if (end) {
            held = null;
            session.head(body.size() == 0);
            if (body.size() > 0) {
                session.data(HttpData.wrap(body.toByteArray()), true);
            }
        }
    }

    void trailers(String... pairs) {
        HttpHeaders trailers = headers(pairs).build();
        if (closed) {
            return;
        }
        if (held != null) {
            byte[] body = held.toByteArray();
            held = null;
            session.head(false);
            if (body.length > 0) {
                session.data(HttpData.wrap(body), false);
            }
        }
        if (demand instanceof BodyDemand.None) {
            past(() -> passed.trailers(trailers));
        } else {
            session.trailers(trailers);
        }
    }

    private void past(Runnable event) {
        if (passed.head().isPresent()) {
            event.run();
        } else {
            waiting.add(event);
        }
    }

    /** Headers from names and values in turn. */
    static HttpHeadersBuilder headers(String... pairs) {
        if (pairs.length % 2 != 0) {
            throw new IllegalArgumentException("headers are given as name, value, name, value; the last has no value");
        }
        HttpHeadersBuilder headers = HttpHeaders.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}

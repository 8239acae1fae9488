package dev.waypoint.transport.netty;

import io.netty.util.AsciiString;

/** Status codes as text, made once. */
final class Statuses {

    private static final AsciiString[] TEXTS = new AsciiString[1000];

    static {
        for (int i = 100; i < 1000; i++) {
            TEXTS[i] = AsciiString.cached(Integer.toString(i));
        }
    }

    private Statuses() {}

    static AsciiString text(int status) {
        return TEXTS[status];
    }
}

package dev.waypoint.transport;

/** HTTP/2 on the wire, for clients that break its rules; one character for each byte. */
public final class H2Frames {

    /** What a client begins with, and no settings. */
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "");

    /** {@code GET http://a/} in HPACK, by the static table. */
    public static final String HEAD = "\u0082\u0086\u0084\u0041\u0001a";

    private H2Frames() {}

    /** One frame (RFC 9113, section 4.1). */
    public static String frame(int type, int flags, int stream, String payload) {
        StringBuilder frame = new StringBuilder();
        int length = payload.length();
        frame.append((char) (length >> 16)).append((char) (length >> 8 & 255)).append((char) (length & 255));
        frame.append((char) type).append((char) flags);
        frame.append((char) (stream >> 24)).append((char) (stream >> 16 & 255));
        frame.append((char) (stream >> 8 & 255)).append((char) (stream & 255));
        return frame.append(payload).toString();
    }

    /** A request without body that is reset at once. */
    public static String resetRequest(int stream) {
        return frame(1, 5, stream, HEAD) + frame(3, 0, stream, "\0\0\0\u0008");
    }
}

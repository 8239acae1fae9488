package dev.waypoint.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads HTTP/1 messages off sockets as they are on the wire, one character for each byte. */
final class Raw {

    private Raw() {}

    /** Reads to the end of a head; empty at the end of the stream. */
    static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int state = 0;
        while (state < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            bytes.write(b);
            state = switch (b) {
                case '\r' -> state == 2 ? 3 : 1;
                case '\n' -> state == 1 || state == 3 ? state + 1 : 0;
                default -> 0;
            };
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads the body that the head announces, with chunk framing and trailers left in. */
    static String readBody(InputStream in, String head, boolean untilClose) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int length = lower.indexOf("\r\ncontent-length:");
        if (length >= 0) {
            int end = lower.indexOf('\r', length + 2);
            int count = Integer.parseInt(lower.substring(length + 17, end).trim());
            return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
        }
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            return readChunks(in);
        }
        return untilClose ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1) : "";
    }

    private static String readChunks(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        while (true) {
            String line = readLine(in);
            all.append(line);
            if (line.isEmpty()) {
                return all.toString();
            }
            int size = Integer.parseInt(line.trim(), 16);
            if (size == 0) {
                break;
            }
            all.append(new String(in.readNBytes(size + 2), StandardCharsets.ISO_8859_1));
        }
        String line;
        do {
            line = readLine(in);
            all.append(line);
        } while (line.length() > 2);
        return all.toString();
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0) {
            line.append((char) b);
            if (b == '\n') {
                break;
            }
        }
        return line.toString();
    }
}

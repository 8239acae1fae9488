package dev.waypoint.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An HTTP/1.1 message as it was read.
 *
 * @param start the first line, empty if the connection ended before one
 * @param headers lines of the head, names in lower case
 * @param trailers lines of trailers
 * @param complete whether it ended as HTTP says
 */
record PlainMessage(String start, List<String> headers, String body, List<String> trailers, boolean complete) {

    /** Headers that proxies may add or reformat as they like. */
    private static final Set<String> OWN = Set.of(
            "date",
            "server",
            "via",
            "connection",
            "x-request-id",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-envoy-expected-rq-timeout-ms",
            "x-envoy-upstream-service-time",
            "host",
            "te",
            "transfer-encoding");

    static PlainMessage read(InputStream in, boolean request) throws IOException {
        List<String> head = lines(in);
        if (head.isEmpty()) {
            return new PlainMessage("", List.of(), "", List.of(), false);
        }
        String start = head.removeFirst();
        String length = "";
        boolean chunked = false;
        for (String line : head) {
            chunked |= line.equals("transfer-encoding: chunked");
            length = line.startsWith("content-length: ") ? line.substring("content-length: ".length()) : length;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = List.of();
        boolean complete = true;
        if (chunked) {
            complete = chunks(in, body);
            trailers = complete ? lines(in) : List.of();
        } else if (!length.isEmpty()) {
            byte[] read = in.readNBytes(Integer.parseInt(length));
            complete = read.length == Integer.parseInt(length);
            body.writeBytes(read);
        } else if (!request && !start.contains(" 204 ")) {
            body.writeBytes(in.readAllBytes());
        }
        return new PlainMessage(start, head, body.toString(StandardCharsets.ISO_8859_1), trailers, complete);
    }

    /** Lines up to an empty one, as {@code name: value} with the name in lower case. */
    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = lines.isEmpty() && line.contains("HTTP/1.") ? -1 : line.indexOf(':');
            lines.add(
                    colon < 0
                            ? line
                            : line.substring(0, colon).toLowerCase(Locale.ROOT) + ": "
                                    + line.substring(colon + 1).strip());
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static boolean chunks(InputStream in, ByteArrayOutputStream body) throws IOException {
        for (String size = line(in); !size.isEmpty(); size = line(in)) {
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return true;
            }
            body.writeBytes(in.readNBytes(length));
            line(in);
        }
        return false;
    }

    /** Headers, body and trailers, without what proxies may do as they like. */
    String text() {
        StringBuilder text = new StringBuilder();
        headers.stream()
                .filter(line -> !OWN.contains(line.substring(0, Math.max(0, line.indexOf(':')))))
                .sorted(Comparator.comparing(line -> line.substring(0, line.indexOf(':'))))
                .forEach(line -> text.append(line).append('\n'));
        text.append('\n').append(body).append('\n');
        trailers.forEach(line -> text.append("trailer ").append(line).append('\n'));
        if (!complete) {
            text.append("(cut off)\n");
        }
        return text.toString();
    }
}

package com.example.extproc;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorExchange;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.processor.TrailersAnswer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces keys ({@code sk-} and 16 letters or digits) in bodies of both directions, also where one is split over pieces: what may
 * be the beginning of a key is held back until the next piece tells.
 */
final class Redaction implements ProcessorSession {

    private static final Pattern KEY = Pattern.compile("sk-[A-Za-z0-9]{16}");

    /** The beginning of a key at the end of the text. */
    private static final Pattern BEGINNING = Pattern.compile("(s|sk|sk-[A-Za-z0-9]{0,15})$");

    private final Text request = new Text();
    private final Text response = new Text();

    Redaction(ProcessorExchange exchange) {}

    /** One direction. Bytes are looked at as characters of one byte each, so any encoding survives. */
    private static final class Text {
        private String held = "";

        ByteString next(ByteString data, boolean end) {
            String text = KEY.matcher(held + data.toString(StandardCharsets.ISO_8859_1))
                    .replaceAll("[redacted]");
            Matcher beginning = BEGINNING.matcher(text);
            int keep = !end && beginning.find() ? beginning.start() : text.length();
            held = text.substring(keep);
            return bytes(text.substring(0, keep));
        }

        ByteString rest() {
            return bytes(held);
        }

        private static ByteString bytes(String text) {
            return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public BodyAnswer onRequestBody(ByteString data, boolean end) {
        return BodyAnswer.replaced(request.next(data, end));
    }

    @Override
    public TrailersAnswer onRequestTrailers(MessageHeaders trailers) {
        return TrailersAnswer.unchanged().after(request.rest());
    }

    @Override
    public BodyAnswer onResponseBody(ByteString data, boolean end) {
        return BodyAnswer.replaced(response.next(data, end));
    }

    @Override
    public TrailersAnswer onResponseTrailers(MessageHeaders trailers) {
        return TrailersAnswer.unchanged().after(response.rest());
    }
}

package dev.waypoint.filter.testing;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a filter passed on in one direction. Refuses what would break the order: data before the head, anything after the end.
 *
 * @param <H> the type of the head
 */
public final class PassedOn<H> {

    private @Nullable H head;
    private final List<String> pieces = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable HttpHeaders trailers;
    private boolean ended;

    PassedOn() {}

    void head(H value, boolean end) {
        if (head != null) {
            throw new AssertionError("the filter passed the head on twice");
        }
        head = value;
        ended = end;
    }

    void data(HttpData data, boolean end) {
        open("data");
        byte[] array = data.array();
        data.close();
        if (array.length > 0) {
            pieces.add(new String(array, StandardCharsets.UTF_8));
            bytes.writeBytes(array);
        }
        ended = end;
    }

    void trailers(HttpHeaders value) {
        open("trailers");
        trailers = value;
        ended = true;
    }

    private void open(String what) {
        if (head == null) {
            throw new AssertionError("the filter passed " + what + " on before the head");
        }
        if (ended) {
            throw new AssertionError("the filter passed " + what + " on after the end");
        }
    }

    /** The head, once it was passed on; live, as the filter left it. */
    public Optional<H> head() {
        return Optional.ofNullable(head);
    }

    /** The pieces of data as text, without empty ones. */
    public List<String> pieces() {
        return List.copyOf(pieces);
    }

    /** All data as text. */
    public String body() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** All data. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The trailers, if the message ended with some. */
    public Optional<HttpHeaders> trailers() {
        return Optional.ofNullable(trailers);
    }

    /** Whether the message is complete. */
    public boolean isEnded() {
        return ended;
    }
}

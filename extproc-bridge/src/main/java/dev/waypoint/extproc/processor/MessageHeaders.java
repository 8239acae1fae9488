package dev.waypoint.extproc.processor;

import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Headers or trailers as they came: names in lower case, repeated headers as repeated fields, pseudo headers such as {@code :path}
 * among them. Values are text of one char for each byte.
 */
public record MessageHeaders(List<Field> fields) {

    /** One line. */
    public record Field(String name, String value) {}

    public MessageHeaders {
        fields = List.copyOf(fields);
    }

    /** From the wire; {@code value} counts where {@code raw_value} is empty, since not all proxies fill the latter. */
    public static MessageHeaders of(HeaderMap map) {
        List<Field> fields = new ArrayList<>(map.getHeadersCount());
        for (HeaderValue header : map.getHeadersList()) {
            String value = header.getRawValue().isEmpty()
                    ? header.getValueBytes().toString(StandardCharsets.ISO_8859_1)
                    : header.getRawValue().toString(StandardCharsets.ISO_8859_1);
            fields.add(new Field(header.getKey(), value));
        }
        return new MessageHeaders(fields);
    }

    /** The first value of a name in lower case. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    /** All values of a name in lower case, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .toList();
    }
}

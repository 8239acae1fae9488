package dev.waypoint.extproc;

import com.google.protobuf.Struct;
import dev.waypoint.filter.Exchange;
import java.util.Map;

/** Facts about an exchange that a processor is told. */
final class Attributes {

    private final Map<String, String> expressions;

    Attributes(Map<String, String> expressions) {
        this.expressions = expressions;
    }

    boolean isEmpty() {
        return expressions.isEmpty();
    }

    Struct evaluate(Exchange exchange) {
        return Struct.getDefaultInstance();
    }
}

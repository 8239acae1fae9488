package dev.waypoint.filters.envoy;

import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.filters.envoy.Substitution.Subject;

/**
 * One change of a head.
 *
 * @param operation what is done
 * @param name the header, in lower case; {@code :path}, {@code :authority}, {@code :method} and {@code :status} can be set
 * @param value the new value, with commands such as {@code %REQ(:path)%}
 * @param keepEmpty whether a value that turns out empty is written all the same
 */
public record HeaderEdit(
        @Doc("What is done.") Operation operation,
        @Size(min = 1) @Doc("The header, in lower case.") String name,

        @Default("\"\"") @Doc("The new value, with commands such as %REQ(:path)%.")
        String value,

        @Default("false") @Doc("Write the header although its value turns out empty.")
        boolean keepEmpty) {

    public HeaderEdit {
        Substitution.problem(value).ifPresent(problem -> {
            throw new IllegalArgumentException("value is '" + value + "': " + problem);
        });
    }

    /** What is done. */
    public enum Operation {
        /** The header goes. */
        @Name("remove")
        REMOVE,
        /** A further value is added. */
        @Name("append")
        APPEND,
        /** Added if it is not there. */
        @Name("addIfAbsent")
        ADD_IF_ABSENT,
        /** Replaces all values. */
        @Name("set")
        SET,
        /** Replaces all values if there are any. */
        @Name("replace")
        REPLACE
    }

    /** An edit ready to be made. */
    static final class Compiled {

        private final HeaderEdit edit;
        private final Substitution value;

        Compiled(HeaderEdit edit) {
            this.edit = edit;
            value = Substitution.of(edit.value);
        }

        HeaderEdit edit() {
            return edit;
        }

        /** The new value, or the empty text. */
        String text(Subject subject) {
            return value.text(subject);
        }

        void apply(HttpHeadersBuilder headers, Subject subject) {
            if (edit.operation == Operation.REMOVE) {
                headers.remove(edit.name);
                return;
            }
            String text = value.text(subject);
            if (text.isEmpty() && !edit.keepEmpty) {
                return;
            }
            switch (edit.operation) {
                case APPEND -> headers.add(edit.name, text);
                case ADD_IF_ABSENT -> {
                    if (!headers.contains(edit.name)) {
                        headers.add(edit.name, text);
                    }
                }
                case SET -> headers.set(edit.name, text);
                case REPLACE -> {
                    if (headers.contains(edit.name)) {
                        headers.set(edit.name, text);
                    }
                }
                case REMOVE -> {
                    // done above
                }
            }
        }
    }
}

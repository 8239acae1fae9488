package dev.waypoint.filters;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an authorization service answered. */
sealed interface AuthorizationAnswer {

    /**
     * The request may go on.
     *
     * @param request edits of the request's headers
     * @param remove headers that the request loses
     * @param response edits of the response's headers
     * @param setQuery query parameters that the request gets
     * @param removeQuery query parameters that the request loses
     * @param metadata facts for later filters
     */
    record Allowed(
            List<Edit> request,
            List<String> remove,
            List<Edit> response,
            Map<String, String> setQuery,
            List<String> removeQuery,
            Optional<ObjectNode> metadata)
            implements AuthorizationAnswer {}

    /** The request may not go on; the client gets this. */
    record Denied(int status, HttpHeaders headers, HttpData body) implements AuthorizationAnswer {}

    /** An edit of one header. */
    record Edit(AsciiString name, String value, How how) {

        /** Headers that frame a message, say where it goes, or belong to one connection. */
        private static final Set<String> UNTOUCHABLE = Set.of(
                "connection",
                "content-length",
                "host",
                "keep-alive",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade");

        /** What happens to a header that exists. */
        enum How {
            SET,
            APPEND,
            ADD_IF_ABSENT,
            SET_IF_PRESENT
        }

        /** Whether a header may be edited by somebody else's word. */
        static boolean isAllowed(String name) {
            return !name.isEmpty() && name.charAt(0) != ':' && !UNTOUCHABLE.contains(name);
        }

        void apply(HttpHeadersBuilder headers) {
            switch (how) {
                case SET -> headers.set(name, value);
                case APPEND -> headers.add(name, value);
                case ADD_IF_ABSENT -> {
                    if (!headers.contains(name)) {
                        headers.set(name, value);
                    }
                }
                case SET_IF_PRESENT -> {
                    if (headers.contains(name)) {
                        headers.set(name, value);
                    }
                }
            }
        }
    }
}

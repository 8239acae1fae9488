package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import java.util.Map;
import java.util.function.BiConsumer;

/** The message parts of an exchange as {@link HeaderFields}. */
public final class Heads {

    private Heads() {}

    /** A request's head. {@code host} is another name of {@code :authority}. */
    public static HeaderFields of(RequestHead head) {
        return new OfRequest(head);
    }

    /** A response's head, outside of an exchange. */
    public static HeaderFields of(ResponseHead head) {
        return new OfResponse(head, "");
    }

    /** A response's head; that of an upgrade shows the headers that say so. */
    public static HeaderFields of(ResponseHead head, RequestHead request) {
        return new OfResponse(head, head.status() == 101 ? request.upgrade() : "");
    }

    /** Trailers, or headers without a start line. */
    public static HeaderFields of(HttpHeadersBuilder headers) {
        return new OfHeaders(headers);
    }

    /** Upgrades are no headers inside the proxy, but a processor knows them as such. */
    private static void showUpgrade(String upgrade, BiConsumer<CharSequence, String> consumer) {
        if (!upgrade.isEmpty()) {
            consumer.accept("connection", "Upgrade");
            consumer.accept("upgrade", upgrade);
        }
    }

    private static class OfHeaders implements HeaderFields {
        private final HttpHeadersBuilder headers;

        OfHeaders(HttpHeadersBuilder headers) {
            this.headers = headers;
        }

        @Override
        public void forEach(BiConsumer<CharSequence, String> consumer) {
            for (Map.Entry<? extends CharSequence, String> entry : headers) {
                consumer.accept(entry.getKey(), entry.getValue());
            }
        }

        @Override
        public boolean contains(String name) {
            return headers.contains(name);
        }

        @Override
        public void set(String name, String value) {
            headers.set(name, value);
        }

        @Override
        public void add(String name, String value) {
            headers.add(name, value);
        }

        @Override
        public boolean remove(String name) {
            return headers.remove(name);
        }

        @Override
        public boolean allowsPseudo() {
            return false;
        }
    }

    private static final class OfRequest extends OfHeaders {
        private final RequestHead head;

        OfRequest(RequestHead head) {
            super(head.headers());
            this.head = head;
        }

        @Override
        public void forEach(BiConsumer<CharSequence, String> consumer) {
            consumer.accept(":method", head.method());
            consumer.accept(":scheme", head.scheme());
            consumer.accept(":authority", head.authority());
            consumer.accept(":path", head.path());
            showUpgrade(head.upgrade(), consumer);
            super.forEach(consumer);
        }

        @Override
        public boolean contains(String name) {
            return switch (name) {
                case ":method", ":scheme", ":authority", ":path", "host" -> true;
                default -> super.contains(name);
            };
        }

        @Override
        public void set(String name, String value) {
            switch (name) {
                case ":method" -> head.method(value);
                case ":scheme" -> head.scheme(value);
                case ":authority", "host" -> head.authority(value);
                case ":path" -> head.path(value);
                default -> super.set(name, value);
            }
        }

        @Override
        public void add(String name, String value) {
            if (name.startsWith(":") || name.equals("host")) {
                set(name, value);
            } else {
                super.add(name, value);
            }
        }

        @Override
        public boolean allowsPseudo() {
            return true;
        }
    }

    private static final class OfResponse extends OfHeaders {
        private final ResponseHead head;
        private final String upgrade;

        OfResponse(ResponseHead head, String upgrade) {
            super(head.headers());
            this.head = head;
            this.upgrade = upgrade;
        }

        @Override
        public void forEach(BiConsumer<CharSequence, String> consumer) {
            consumer.accept(":status", Integer.toString(head.status()));
            if (!head.transferEncoding().isEmpty()) {
                consumer.accept("transfer-encoding", head.transferEncoding());
            }
            showUpgrade(upgrade, consumer);
            super.forEach(consumer);
        }

        @Override
        public boolean contains(String name) {
            return name.equals(":status") || super.contains(name);
        }

        @Override
        public void set(String name, String value) {
            if (name.equals(":status")) {
                head.status(Integer.parseInt(value));
            } else {
                super.set(name, value);
            }
        }

        @Override
        public boolean allowsPseudo() {
            return true;
        }
    }
}

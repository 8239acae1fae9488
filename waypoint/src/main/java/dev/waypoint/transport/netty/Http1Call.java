package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.transport.WebSocketKeys;
import dev.waypoint.transport.netty.codec.Fragments;
import dev.waypoint.transport.netty.codec.Http1HeadWriter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One request to an HTTP/1 endpoint. */
final class Http1Call extends PooledCall {

    private final boolean isHead;
    private final boolean upgrade;
    private final boolean chunked;
    private long left;
    private @Nullable RequestHead unsent;
    private @Nullable Http1ClientConnection connection;

    Http1Call(Http1Pool pool, RequestHead head, boolean end, ResponseEvents events) {
        super(pool, events, end);
        this.isHead = head.method().equals("HEAD");
        this.upgrade = !head.upgrade().isEmpty();
        long length = end || upgrade ? -1 : head.headers().contentLength();
        this.chunked = !end && !upgrade && length < 0;
        this.left = length;
        this.unsent = head;
    }

    boolean isHead() {
        return isHead;
    }

    boolean isUpgrade() {
        return upgrade;
    }

    /** Keeps the head for later: its owner may change it. */
    @Override
    void keepHead() {
        RequestHead head = unsent;
        if (head != null) {
            unsent = head.copy();
        }
    }

    /** The call gets its connection. */
    void begin(Http1ClientConnection carrier, Http1Output output, Http1HeadWriter writer) {
        clearPending();
        connection = carrier;
        RequestHead head = unsent;
        unsent = null;
        if (head != null) {
            write(head, output.buffer(), writer);
        }
        if (!upgrade) {
            startSending();
        }
    }

    private void write(RequestHead head, ByteBuf out, Http1HeadWriter writer) {
        writer.request(head.method(), head.path(), head.authority());
        boolean hasLength = writer.headers(head.headers(), !upgrade);
        if (upgrade) {
            writer.raw(Fragments.CONNECTION_UPGRADE);
            writer.header(HttpHeaderNames.UPGRADE, head.upgrade());
            WebSocketKeys.missing(head).ifPresent(key -> writer.header(HttpHeaderNames.SEC_WEBSOCKET_KEY, key));
        } else if (chunked) {
            writer.raw(Fragments.CHUNKED);
        } else if (!hasLength && usuallyHasBody(head.method())) {
            writer.raw(Fragments.NO_LENGTH);
        }
        writer.end(out);
    }

    private static boolean usuallyHasBody(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    @Override
    void send(HttpData data, boolean end) {
        Http1ClientConnection carrier = connection;
        if (carrier == null) {
            data.close();
            return;
        }
        if (chunked) {
            carrier.output().chunk(data);
            if (end) {
                carrier.output().buffer().writeBytes(Fragments.LAST_CHUNK);
            }
        } else if (upgrade) {
            carrier.output().data(data);
            if (end) {
                carrier.endRaw();
            }
        } else {
            left -= data.length();
            if (left < 0 || (end && left > 0)) {
                data.close();
                carrier.brokenLength();
                return;
            }
            carrier.output().data(data);
        }
        if (end) {
            carrier.requestEnded();
        }
    }

    @Override
    void sendTrailers(HttpHeaders trailers) {
        Http1ClientConnection carrier = connection;
        if (carrier == null) {
            return;
        }
        if (chunked) {
            ByteBuf out = carrier.output().buffer();
            out.writeBytes(Fragments.LAST_CHUNK_WITH_TRAILERS);
            carrier.loop().headWriter().trailers(trailers).end(out);
        } else if (left > 0) {
            carrier.brokenLength();
            return;
        }
        carrier.requestEnded();
    }

    @Override
    void cancel(ResetCode code) {
        Http1ClientConnection carrier = connection;
        if (carrier != null) {
            carrier.close();
        }
    }

    @Override
    boolean connectionWritable() {
        Http1ClientConnection carrier = connection;
        return carrier == null || carrier.isWritable();
    }

    @Override
    void applyPause(boolean pausing) {
        Http1ClientConnection carrier = connection;
        if (carrier != null) {
            carrier.process();
        }
    }

    /** The connection and the call have nothing to do with one another any more. */
    void detach() {
        connection = null;
    }
}

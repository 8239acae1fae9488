package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.encoding.StreamEncoderFactories;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses responses for clients that accept it. Left alone are responses that are compressed already, short, of other types,
 * partial, or marked {@code cache-control: no-transform}. Each piece is flushed as it comes, so that streams stay live.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class Compression implements FilterFactory<Compression.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "compression",
            Placement.in(Stage.TRANSFORM),
            Config.class,
            "Compresses responses with gzip or brotli, as the client accepts.");

    /** A content coding. */
    public enum Coding {
        /** RFC 1952. */
        @Name("gzip")
        GZIP("gzip", StreamEncoderFactories.GZIP),
        /** RFC 7932; where the platform has the native library. */
        @Name("br")
        BROTLI("br", StreamEncoderFactories.BROTLI);

        private final String token;
        private final StreamEncoderFactories encoders;
        private final boolean available;

        Coding(String token, StreamEncoderFactories encoders) {
            this.token = token;
            this.encoders = encoders;
            this.available = isAvailable(encoders);
        }

        private static boolean isAvailable(StreamEncoderFactories encoders) {
            ByteBuf sink = PooledByteBufAllocator.DEFAULT.buffer();
            try (OutputStream encoder = encoders.newEncoder(new ByteBufOutputStream(sink))) {
                encoder.write(0);
                return true;
            } catch (IOException | RuntimeException | LinkageError e) {
                return false;
            } finally {
                sink.release();
            }
        }
    }

    /** The configuration. */
    @Doc("Left alone are responses that are compressed already, shorter than `minLength`, of other types, "
            + "partial, or marked `cache-control: no-transform`. Each piece is flushed as it comes, so that event "
            + "streams stay live. Strong entity tags become weak ones.")
    @Example("{codings: ['gzip'], minLength: 2048}")
    public record Config(
            @Doc("The codings, the preferred one first. `br` is left out where the platform has no library for it.")
            @Default("[\"br\",\"gzip\"]")
            @Size(min = 1, max = 2)
            List<Coding> codings,

            @Doc("Responses with a shorter `content-length` are left alone, in bytes.") @Default("1024") @Range(min = 0)
            long minLength,

            @Doc("The types that are compressed; `*` may stand for a subtype.")
            @Default("[\"text/*\",\"application/json\",\"application/javascript\",\"application/xml\","
                    + "\"application/xhtml+xml\",\"image/svg+xml\"]")
            @Size(min = 1, max = 64)
            List<String> contentTypes) {
        public Config {
            codings = List.copyOf(codings);
            contentTypes = List.copyOf(contentTypes);
            for (String type : contentTypes) {
                if (type.indexOf('/') < 1 || type.chars().anyMatch(c -> c <= ' ' || c == ';' || c == ',')) {
                    throw new IllegalArgumentException(
                            "contentTypes has '" + type + "', expected a type such as text/html or text/*");
                }
            }
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config);
    }

    private record Filter(Config config) implements StreamFilter {
        @Override
        public BodyDemand requestCeiling() {
            return BodyDemand.none();
        }

        @Override
        public BodyDemand responseCeiling() {
            return BodyDemand.chunks();
        }

        @Override
        public StreamSession open(Exchange exchange) {
            return new Session(config, exchange);
        }

        private static Optional<Coding> choose(List<Coding> offered, Exchange exchange) {
            String accepted = String.join(",", exchange.request().headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
            return accepted.isEmpty()
                    ? Optional.empty()
                    : offered.stream()
                            .filter(coding -> coding.available && accepts(accepted, coding.token))
                            .findFirst();
        }

        /** Whether a coding is acceptable (RFC 9110, section 12.5.3); weights only matter where they are zero. */
        private static boolean accepts(String header, String token) {
            boolean star = false;
            for (String entry : header.split(",", -1)) {
                String[] parts = entry.split(";", -1);
                String name = parts[0].trim().toLowerCase(Locale.ROOT);
                boolean refused = Stream.of(parts)
                        .skip(1)
                        .anyMatch(part -> part.replace(" ", "").matches("[qQ]=0(\\.0*)?"));
                if (name.equals(token)) {
                    return !refused;
                }
                star |= name.equals("*") && !refused;
            }
            return star;
        }
    }

    private static final class Session implements StreamSession {
        private final Config config;
        private final Exchange exchange;
        private final boolean head;
        private final Optional<Coding> coding;
        private @Nullable ByteBuf sink;
        private @Nullable OutputStream encoder;

        Session(Config config, Exchange exchange) {
            this.config = config;
            this.exchange = exchange;
            this.head = exchange.request().method().equals("HEAD");
            this.coding = Filter.choose(config.codings, exchange);
        }

        @Override
        public BodyDemand requestDemand() {
            return BodyDemand.none();
        }

        @Override
        public BodyDemand responseDemand() {
            return coding.isPresent() ? BodyDemand.chunks() : BodyDemand.none();
        }

        @Override
        public void onResponseHead(ResponseHead response, boolean end, ResponseFlow flow) {
            if (suits(response)) {
                vary(response.headers());
                if (coding.isPresent() && !end && !head) {
                    start(coding.get(), response.headers());
                }
            }
            flow.head(end);
        }

        private boolean suits(ResponseHead response) {
            int status = response.status();
            boolean whole = status >= 200 && status != 204 && status != 206 && status != 304;
            return whole
                    && response.header(HttpHeaderNames.CONTENT_ENCODING).isEmpty()
                    && response.header(HttpHeaderNames.CONTENT_RANGE).isEmpty()
                    && !response.header(HttpHeaderNames.CACHE_CONTROL)
                            .toLowerCase(Locale.ROOT)
                            .contains("no-transform")
                    && response.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, Long.MAX_VALUE) >= config.minLength
                    && isListed(response.header(HttpHeaderNames.CONTENT_TYPE));
        }

        private boolean isListed(String contentType) {
            int end = contentType.indexOf(';');
            String type = (end < 0 ? contentType : contentType.substring(0, end))
                    .trim()
                    .toLowerCase(Locale.ROOT);
            return config.contentTypes.stream()
                    .anyMatch(listed -> listed.endsWith("/*")
                            ? type.startsWith(listed.substring(0, listed.length() - 1))
                            : type.equals(listed));
        }

        /** Caches must keep the compressed and the plain response apart. */
        private static void vary(HttpHeadersBuilder headers) {
            boolean said = headers.getAll(HttpHeaderNames.VARY).stream()
                    .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("accept-encoding") || value.equals("*"));
            if (!said) {
                headers.add(HttpHeaderNames.VARY, "accept-encoding");
            }
        }

        private void start(Coding chosen, HttpHeadersBuilder headers) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer();
            sink = buffer;
            encoder = chosen.encoders.newEncoder(new ByteBufOutputStream(buffer));
            headers.set(HttpHeaderNames.CONTENT_ENCODING, chosen.token);
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            headers.remove(HttpHeaderNames.ACCEPT_RANGES);
            String tag = headers.get(HttpHeaderNames.ETAG);
            if (tag != null && !tag.startsWith("W/")) {
                // The bytes are not those that the strong tag stands for.
                headers.set(HttpHeaderNames.ETAG, "W/" + tag);
            }
            exchange.note("compression", chosen.token);
        }

        @Override
        public void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
            OutputStream out = encoder;
            if (out == null) {
                flow.data(data, end);
                return;
            }
            try {
                out.write(data.array());
                data.close();
                if (end) {
                    finish(out);
                } else {
                    out.flush();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            HttpData compressed = taken();
            if (end || !compressed.isEmpty()) {
                flow.data(compressed, end);
            }
        }

        @Override
        public void onResponseTrailers(HttpHeaders trailers, ResponseFlow flow) {
            OutputStream out = encoder;
            if (out != null) {
                try {
                    finish(out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                flow.data(taken(), false);
            }
            flow.trailers(trailers);
        }

        private void finish(OutputStream out) throws IOException {
            encoder = null;
            out.close();
        }

        private HttpData taken() {
            ByteBuf buffer = sink;
            if (buffer == null) {
                return HttpData.empty();
            }
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            buffer.clear();
            return HttpData.wrap(bytes);
        }

        @Override
        public void onEnd() {
            OutputStream out = encoder;
            if (out != null) {
                try {
                    finish(out);
                } catch (IOException e) {
                    exchange.note("compression", "the encoder did not close: " + e.getMessage());
                }
            }
            ByteBuf buffer = sink;
            if (buffer != null) {
                buffer.release();
                sink = null;
            }
        }
    }
}

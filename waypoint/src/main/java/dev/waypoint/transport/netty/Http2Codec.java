package dev.waypoint.transport.netty;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts the parts of an HTTP/2 connection together, with bounds against floods. */
final class Http2Codec<T extends Http2Link> extends AbstractHttp2ConnectionHandlerBuilder<T, Http2Codec<T>> {

    /** CONTINUATION frames of little use that one head may take. */
    private static final int MAX_SMALL_CONTINUATIONS = 16;

    private static final int MAX_EMPTY_DATA = 32;
    private static final int MAX_RESETS = 2000;
    private static final int RESET_WINDOW_SECONDS = 10;

    private final LeanFrameWriter writer = new LeanFrameWriter();
    private final Assembly<T> assembly;

    /** Makes the handler of the parts. */
    interface Assembly<T> {
        T make(
                LeanFrameWriter writer,
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings);
    }

    private Http2Codec(Assembly<T> assembly) {
        this.assembly = assembly;
    }

    static <T extends Http2Link> T make(
            boolean server, long maxHeaderBytes, Http2Settings settings, Assembly<T> assembly) {
        if (settings.initialWindowSize() == null) {
            settings.initialWindowSize(Http2Link.STREAM_WINDOW);
        }
        Http2Codec<T> parts = new Http2Codec<>(assembly);
        Http2Connection connection = new DefaultHttp2Connection(server);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        DefaultHttp2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, parts.writer);
        Http2FrameReader plain = new DefaultHttp2FrameReader(new Heads(maxHeaderBytes), MAX_SMALL_CONTINUATIONS);
        Http2FrameReader reader = server ? new StrictStreams(plain, connection) : plain;
        DefaultHttp2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder, reader, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, true, true);
        settings.maxHeaderListSize(maxHeaderBytes);
        parts.initialSettings(settings);
        // Bounds come before the parts: the builder refuses them afterwards.
        parts.decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA);
        parts.decoderEnforceMaxRstFramesPerWindow(server ? MAX_RESETS : 0, server ? RESET_WINDOW_SECONDS : 0);
        parts.gracefulShutdownTimeoutMillis(0);
        parts.codec(decoder, encoder);
        return parts.build();
    }

    @Override
    protected T build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        T made = assembly.make(writer, decoder, encoder, settings);
        decoder.frameListener(made);
        return made;
    }

    /** Decodes heads straight into the engine's form. */
    private static final class Heads extends DefaultHttp2HeadersDecoder {
        Heads(long maxHeaderBytes) {
            super(true, maxHeaderBytes);
        }

        @Override
        protected Http2Headers newHeaders() {
            return new DecodedHead();
        }
    }
}

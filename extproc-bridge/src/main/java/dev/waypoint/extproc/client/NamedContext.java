package dev.waypoint.extproc.client;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * TLS with a server that bears another name than calls do: gRPC would ask for, and check, the name in {@code :authority}.
 */
final class NamedContext extends SslContext {

    private final SslContext context;
    private final String name;

    NamedContext(SslContext context, String name) {
        this.context = context;
        this.name = name;
    }

    @Override
    public boolean isClient() {
        return context.isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return context.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // what the class that is extended asks for
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return context.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return context.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
        return context.newEngine(allocator, name, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return context.sessionContext();
    }
}

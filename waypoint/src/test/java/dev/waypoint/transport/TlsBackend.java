package dev.waypoint.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An HTTP/1.1 server over the JDK's TLS, which is not of the make of the transports' own. Ends each connection after one answer. */
final class TlsBackend implements AutoCloseable {

    private final SSLServerSocket server;

    /**
     * @param alpn what it speaks by ALPN; empty for not knowing ALPN
     * @param versions of TLS
     */
    TlsBackend(String[] alpn, String... versions) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(), null, null);
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setEnabledProtocols(versions);
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        server.setSSLParameters(parameters);
        Thread.ofVirtual().start(this::accept);
    }

    private static KeyManager[] keys() throws Exception {
        try (InputStream key = TlsBackend.class.getResourceAsStream("tls/shop.key");
                InputStream chain = TlsBackend.class.getResourceAsStream("tls/shop.pem")) {
            var pair = com.linecorp.armeria.common.TlsKeyPair.of(key, chain);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "own",
                    pair.privateKey(),
                    new char[0],
                    pair.certificateChain().toArray(new X509Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            if (!Raw.readHead(socket.getInputStream()).isEmpty()) {
                String spoken = String.valueOf(socket.getApplicationProtocol());
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nconnection: close\r\nx-alpn: " + spoken
                                        + "\r\ncontent-length: 2\r\n\r\nok")
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
        } catch (IOException refused) {
            // The client did not like the handshake, as some tests want.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

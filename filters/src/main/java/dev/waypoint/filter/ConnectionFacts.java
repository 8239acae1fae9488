package dev.waypoint.filter;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the connection that a request came by, whatever brought it. */
public sealed interface ConnectionFacts {

    /** The peer of the socket, or what the outer protocol says that it is. */
    InetSocketAddress remote();

    /** The address that the client called, or what the outer protocol says that it is. */
    InetSocketAddress local();

    /** TLS facts, where the connection has TLS. */
    Optional<TlsFacts> tls();

    /** The version of HTTP that is spoken. */
    Http protocol();

    /** A number that is unique for the life of the process. */
    long id();

    /** The HTTP version of a connection. */
    enum Http {
        HTTP_1_0("HTTP/1.0"),
        HTTP_1_1("HTTP/1.1"),
        HTTP_2("HTTP/2");

        private final String text;

        Http(String text) {
            this.text = text;
        }

        /** As access logs print it. */
        public String text() {
            return text;
        }
    }

    /**
     * Facts of a TLS connection.
     *
     * @param serverName the SNI, empty if the client sent none
     * @param version such as {@code TLSv1.3}
     * @param cipher the cipher suite
     * @param peer the client's certificate chain, empty without one
     * @param peerVerified whether the chain was verified against the listener's authorities
     */
    record TlsFacts(
            String serverName, String version, String cipher, List<X509Certificate> peer, boolean peerVerified) {}

    /** A plain connection: the socket's own addresses. */
    record Direct(InetSocketAddress remote, InetSocketAddress local, Optional<TlsFacts> tls, Http protocol, long id)
            implements ConnectionFacts {}

    /** Announced by a PROXY protocol header. */
    record ViaProxyProtocol(
            InetSocketAddress remote,
            InetSocketAddress local,
            Optional<TlsFacts> tls,
            Http protocol,
            long id,
            InetSocketAddress proxy,
            Map<Integer, byte[]> tlvs)
            implements ConnectionFacts {}

    /** Tunnelled by HBONE. No transport brings such connections yet; filters that tell kinds of connections apart are ready for them. */
    record ViaHbone(
            InetSocketAddress remote,
            InetSocketAddress local,
            Optional<TlsFacts> tls,
            Http protocol,
            long id,
            String authority)
            implements ConnectionFacts {}
}

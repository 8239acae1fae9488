package dev.waypoint.filter;

import com.linecorp.armeria.common.TlsKeyPair;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;

/** How a Service is to be reached by TLS. */
public interface ServiceTls {

    /** The name that is sent as SNI. */
    String serverName();

    /** What is shown to the Service, if anything. */
    Optional<TlsKeyPair> keyPair();

    /** Who is believed; checks the names of the certificate too, so that the client itself must not. */
    X509ExtendedTrustManager trust();
}

package dev.waypoint.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who is believed on a connection: a chain that leads to the authorities, and a leaf that passes a further check. Host names are
 * checked by the further check and not by the platform, whose check cannot be told another name than the SNI.
 */
public final class PeerTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;
    private final Predicate<X509Certificate> leaf;
    private final String expected;
    private final boolean enforced;

    /**
     * @param expected what the leaf check wants, for messages
     * @param enforced whether anything is checked at all
     */
    public PeerTrust(
            X509ExtendedTrustManager authorities, Predicate<X509Certificate> leaf, String expected, boolean enforced) {
        this.authorities = authorities;
        this.leaf = leaf;
        this.expected = expected;
        this.enforced = enforced;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (enforced) {
            authorities.checkClientTrusted(chain, authType);
            checkLeaf(chain);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (enforced) {
            authorities.checkServerTrusted(chain, authType);
            checkLeaf(chain);
        }
    }

    private void checkLeaf(X509Certificate[] chain) throws CertificateException {
        if (!leaf.test(chain[0])) {
            throw new CertificateException("the certificate of " + chain[0].getSubjectX500Principal()
                    + " does not bear the expected name: " + expected);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}

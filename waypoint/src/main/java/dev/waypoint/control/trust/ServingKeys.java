package dev.waypoint.control.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the certificate of this moment to each new connection. */
final class ServingKeys extends X509ExtendedKeyManager {

    /** Each certificate has a name of its own: a handshake that has begun gets the key that fits. */
    private volatile Entry current;

    private volatile Entry before;

    private record Entry(String alias, KeyAndCertificate keys) {}

    ServingKeys(KeyAndCertificate keys) {
        current = entry(keys);
        before = current;
    }

    private static Entry entry(KeyAndCertificate keys) {
        return new Entry(keys.certificate().getSerialNumber().toString(16), keys);
    }

    synchronized void replace(KeyAndCertificate keys) {
        before = current;
        current = entry(keys);
    }

    KeyAndCertificate current() {
        return current.keys();
    }

    private Entry named(String alias) {
        Entry newest = current;
        return newest.alias().equals(alias) ? newest : before;
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return current.alias();
    }

    @Override
    public String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return current.alias();
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {current.alias()};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {named(alias).keys().certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return named(alias).keys().key();
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}

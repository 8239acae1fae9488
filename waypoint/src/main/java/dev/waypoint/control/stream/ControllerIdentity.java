package dev.waypoint.control.stream;

import javax.net.ssl.X509ExtendedKeyManager;

/** By what proxies know their controller. */
public interface ControllerIdentity {

    /** Has the certificate of this moment for each handshake; connections that run are not touched when it changes. */
    X509ExtendedKeyManager keys();

    /** The authorities (PEM) that proxies must trust, during a rotation the old and the new one. */
    String authorities();

    /** Calls the listener whenever {@link #authorities} changed. */
    void onAuthorities(Runnable listener);
}

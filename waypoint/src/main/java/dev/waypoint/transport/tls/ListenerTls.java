package dev.waypoint.transport.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.ir.TlsIr.ClientValidationIr;
import dev.waypoint.tls.BackendTls;
import dev.waypoint.tls.CertificateNames;
import dev.waypoint.tls.PeerTrust;
import dev.waypoint.tls.Pem;
import dev.waypoint.transport.ListenerSocket.SniTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCounted;
import java.lang.ref.Cleaner;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificates of one port, chosen by the client's server name. Immutable; replaced when configuration changes. */
public final class ListenerTls {

    private static final Cleaner CLEANER = Cleaner.create();

    private final List<Listener> listeners;
    private final Map<Key, Choice> choices;

    /** What makes one context. */
    private record Key(CertificateIr certificate, Optional<ClientValidationIr> clients) {}

    private record Listener(String hostname, List<Choice> choices) {}

    /** A certificate that may be shown, and what is asked of clients. */
    public static final class Choice {
        private final SslContext context;
        private final X509Certificate leaf;
        private final Optional<X509ExtendedTrustManager> authorities;

        private Choice(SslContext context, X509Certificate leaf, Optional<X509ExtendedTrustManager> authorities) {
            this.context = context;
            this.leaf = leaf;
            this.authorities = authorities;
            releaseLater(this, context);
        }

        /** Gives the library's memory back when no listener and no connection knows the choice any more. */
        private static void releaseLater(Choice choice, SslContext context) {
            if (context instanceof ReferenceCounted counted) {
                CLEANER.register(choice, counted::release);
            }
        }

        /** The context of a connection. */
        public SslContext context() {
            return context;
        }

        /** Whether clients are asked for a certificate. */
        boolean asksClients() {
            return authorities.isPresent();
        }

        /** Whether a client's chain leads to the listener's authorities. */
        boolean verifies(List<X509Certificate> chain) {
            if (authorities.isEmpty() || chain.isEmpty()) {
                return false;
            }
            try {
                authorities.get().checkClientTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
                return true;
            } catch (CertificateException e) {
                return false;
            }
        }
    }

    private ListenerTls(List<Listener> listeners, Map<Key, Choice> choices) {
        this.listeners = listeners;
        this.choices = choices;
    }

    /**
     * Reads all certificates.
     *
     * @param tls the listeners of the port
     * @param before what was in force; contexts that stay are kept, and their sessions with them
     * @throws IllegalArgumentException if a certificate or key cannot be used
     */
    public static ListenerTls of(List<SniTls> tls, Optional<ListenerTls> before) {
        Map<Key, Choice> known = before.map(b -> b.choices).orElse(Map.of());
        Map<Key, Choice> choices = new HashMap<>();
        List<Listener> listeners = new ArrayList<>();
        for (SniTls each : tls) {
            List<Choice> own = new ArrayList<>();
            for (CertificateIr certificate : each.tls().certificates()) {
                Key key = new Key(certificate, each.tls().clients());
                Choice kept = known.get(key);
                own.add(choices.computeIfAbsent(key, k -> kept != null ? kept : choice(k)));
            }
            listeners.add(new Listener(each.hostname().toLowerCase(Locale.ROOT), List.copyOf(own)));
        }
        return new ListenerTls(listeners, choices);
    }

    /**
     * Chooses by the server name that the client sent: the most specific listener first, then the certificate that bears the name, or
     * the listener's first.
     *
     * @param serverName the name, empty if the client sent none
     * @return empty if the name belongs to no listener
     */
    public Optional<Choice> choose(String serverName) {
        String name = serverName.toLowerCase(Locale.ROOT);
        Optional<Listener> best = Optional.empty();
        int bestRank = -1;
        for (Listener each : listeners) {
            int rank = rank(each.hostname(), name);
            if (rank > bestRank) {
                bestRank = rank;
                best = Optional.of(each);
            }
        }
        if (best.isEmpty() && name.isEmpty() && !listeners.isEmpty()) {
            best = Optional.of(listeners.getFirst());
        }
        return best.map(listener -> byName(listener, name));
    }

    private static Choice byName(Listener listener, String name) {
        if (listener.choices().size() == 1) {
            return listener.choices().getFirst();
        }
        for (Choice choice : listener.choices()) {
            if (CertificateNames.hasDnsName(choice.leaf, name)) {
                return choice;
            }
        }
        return listener.choices().getFirst();
    }

    private static int rank(String hostname, String name) {
        if (hostname.isEmpty()) {
            return 0;
        }
        if (hostname.startsWith("*.")) {
            return name.endsWith(hostname.substring(1)) && name.length() >= hostname.length() ? hostname.length() : -1;
        }
        return hostname.equals(name) ? Integer.MAX_VALUE : -1;
    }

    /**
     * As for backends, but counted: the engine of a connection is freed when the connection ends, and not by a finalizer, which would keep
     * it, and all that it knows, through two collections.
     */
    private static SslProvider provider() {
        SslProvider usual = BackendTls.provider();
        return usual == SslProvider.OPENSSL ? SslProvider.OPENSSL_REFCNT : usual;
    }

    private static Choice choice(Key key) {
        TlsKeyPair pair = Pem.keyPair(key.certificate());
        X509Certificate leaf = pair.certificateChain().getFirst();
        Optional<X509ExtendedTrustManager> authorities =
                key.clients().map(clients -> Pem.trustIn(Pem.certificates(clients.authoritiesPem())));
        SslContextBuilder builder = SslContextBuilder.forServer(pair.privateKey(), pair.certificateChain())
                .sslProvider(provider())
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
        authorities.ifPresent(trust -> {
            boolean strict = !key.clients().orElseThrow().insecureFallback();
            builder.trustManager(new PeerTrust(trust, certificate -> true, "", strict));
            builder.clientAuth(strict ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        });
        try {
            SslContext context = builder.build();
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                // No keys of ours: the library makes and changes them. Without tickets TLS 1.3 has no resumption.
                sessions.setTicketKeys(new OpenSslSessionTicketKey[0]);
            }
            return new Choice(context, leaf, authorities);
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** The TLS of a listener, for tests and messages. */
    @Override
    public String toString() {
        return listeners.stream().map(Listener::hostname).toList().toString();
    }
}

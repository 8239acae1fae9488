package dev.waypoint.transport.armeria;

import com.linecorp.armeria.client.ClientTlsSpec;
import com.linecorp.armeria.client.ClientTlsSpecBuilder;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.RequestOptionsBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsPeerVerifier;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.tls.BackendTls;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Optional;

/**
 * An upstream target as Armeria wants it, made once for each.
 *
 * @param endpoint where to; bears the server name for TLS
 * @param resolve the host name to look up first, where it differs from the server name; else empty
 */
record Destination(
        UpstreamTarget target,
        WebClient client,
        SessionProtocol protocol,
        Endpoint endpoint,
        String resolve,
        RequestOptions options,
        Optional<BackendTls> tls,
        BackendLoad load) {

    /** @throws IllegalArgumentException if a certificate cannot be used */
    static Destination of(UpstreamTarget target, WebClient client, BackendLoad load) {
        Optional<BackendTls> tls = target.tls().map(BackendTls::of);
        boolean literal = NetUtil.isValidIpV4Address(target.host()) || NetUtil.isValidIpV6Address(target.host());
        Endpoint endpoint = Endpoint.of(target.host(), target.port());
        String resolve = "";
        String serverName = tls.map(BackendTls::serverName).orElse("");
        if (!serverName.isEmpty() && !serverName.equals(target.host())) {
            endpoint = Endpoint.of(serverName, target.port());
            if (literal) {
                endpoint = endpoint.withIpAddr(target.host());
            } else {
                resolve = target.host();
            }
        }
        SessionProtocol protocol = protocol(target);
        RequestOptionsBuilder options = RequestOptions.builder().exchangeType(ExchangeType.BIDI_STREAMING);
        tls.ifPresent(secure -> options.clientTlsSpec(spec(secure, protocol)));
        return new Destination(target, client, protocol, endpoint, resolve, options.build(), tls, load);
    }

    private static SessionProtocol protocol(UpstreamTarget target) {
        if (target.tls().isPresent()) {
            return target.http2() ? SessionProtocol.H2 : SessionProtocol.H1;
        }
        return target.http2() ? SessionProtocol.H2C : SessionProtocol.H1C;
    }

    private static ClientTlsSpec spec(BackendTls tls, SessionProtocol protocol) {
        // Armeria keys its pools by the spec. The verifier is equal to itself only, so connections are shared by equal
        // targets only.
        TlsPeerVerifier verifier = (chain, authType, engine) -> tls.trust().checkServerTrusted(chain, authType);
        ClientTlsSpecBuilder spec = ClientTlsSpec.builder()
                .alpnProtocols(List.of(
                        protocol.isExplicitHttp2()
                                ? ApplicationProtocolNames.HTTP_2
                                : ApplicationProtocolNames.HTTP_1_1))
                .endpointIdentificationAlgorithm("")
                .verifierFactories(delegate -> verifier);
        tls.keyPair().ifPresent(spec::tlsKeyPair);
        return spec.build();
    }
}

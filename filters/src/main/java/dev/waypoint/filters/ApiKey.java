package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Size;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Admits clients that show a key. Each entry of the named Secrets is a client: its name, and its key. Keys are kept and compared as
 * keyed digests only, so that the time of a look-up tells nothing of them.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class ApiKey implements FilterFactory<ApiKey.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "api-key",
            Placement.in(Stage.AUTHENTICATE),
            Config.class,
            "Admits clients that show one of the keys in a Secret.");

    private static final String HMAC = "HmacSHA256";
    private static final int SEED_BYTES = 32;

    /** The configuration. */
    @Doc("Each entry of the named Secrets is a client: its name, and its key. 401 `api_key_missing` or "
            + "`api_key_unknown` (cause `UNAUTHENTICATED`), 403 `api_key_client_not_allowed` (cause "
            + "`UNAUTHORIZED`). Later filters know the client as `{user}`.")
    @Example("{clients: [{name: 'api-keys'}], from: [{header: 'x-api-key'}, {query: 'api_key'}], forwardClient: "
            + "'x-client', hideCredentials: true}")
    public record Config(
            @Doc("The objects whose entries are the clients: name and key.") @Size(min = 1, max = 16)
            List<DataRef> clients,

            @Doc("Where the key may stand; the first place that has one counts.") @Size(min = 1, max = 8)
            List<CredentialCarrier> from,

            @Doc("The clients that may call here; empty for all.") @Size(max = 256)
            List<String> allow,

            @Doc("A header that tells the backend the client's name.")
            Optional<HeaderName> forwardClient,

            @Doc("Whether the key is removed before the request goes on.") @Default("false")
            boolean hideCredentials) {
        public Config {
            clients = List.copyOf(clients);
            from = List.copyOf(from);
            allow = List.copyOf(allow);
            forwardClient.ifPresent(HeaderEdits::checkName);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public List<ConfigReference> references(Config config) {
        return config.clients.stream().map(DataRef::reference).toList();
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        Map<String, String> clients = new HashMap<>();
        for (DataRef ref : config.clients) {
            ref.data(environment).forEach((client, bytes) -> {
                String key = new String(bytes, StandardCharsets.UTF_8).strip();
                if (key.isEmpty()) {
                    throw new IllegalArgumentException(ref + ": the key of '" + client + "' is empty");
                }
                String other = clients.put(digest(seed, key), client);
                if (other != null && !other.equals(client)) {
                    throw new IllegalArgumentException(
                            ref + ": '" + client + "' and '" + other + "' have the same key");
                }
            });
        }
        return new Filter(config, seed, clients);
    }

    private static String digest(byte[] seed, String key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(seed, HMAC));
            return HexFormat.of().formatHex(mac.doFinal(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final byte[] seed;
        private final Map<String, String> clients;

        Filter(Config config, byte[] seed, Map<String, String> clients) {
            this.config = config;
            this.seed = seed;
            this.clients = clients;
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            for (CredentialCarrier carrier : config.from) {
                Optional<String> key = carrier.find(head);
                if (key.isPresent()) {
                    return check(key.get(), head, exchange);
                }
            }
            return refuse(401, ReplyCause.UNAUTHENTICATED, "api_key_missing");
        }

        private Verdict check(String key, RequestHead head, Exchange exchange) {
            String client = clients.get(digest(seed, key));
            if (client == null) {
                return refuse(401, ReplyCause.UNAUTHENTICATED, "api_key_unknown");
            }
            if (!config.allow.isEmpty() && !config.allow.contains(client)) {
                return refuse(403, ReplyCause.UNAUTHORIZED, "api_key_client_not_allowed");
            }
            exchange.set(ExchangeKeys.USER, client);
            if (config.hideCredentials) {
                config.from.forEach(carrier -> carrier.hide(head));
            }
            config.forwardClient.ifPresent(name -> head.headers().set(name.lower(), client));
            return Verdict.next();
        }

        private static Verdict refuse(int status, ReplyCause cause, String detail) {
            String text = status == 401 ? "Client authentication failed\n" : "This client may not call here\n";
            return Verdict.reply(LocalReply.of(status, text, cause, detail));
        }
    }
}

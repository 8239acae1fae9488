package dev.waypoint.filters;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.google.auto.service.AutoService;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks for a user name and password (RFC 7617), checked against a file as {@code htpasswd} writes it. Understood are bcrypt
 * ({@code htpasswd -B}) and SHA-1 ({@code htpasswd -s}, as Envoy has it); the MD5 forms are not.
 *
 * <p>A bcrypt check costs many milliseconds, so it runs beside the event loops on a few threads, and the last password that was
 * found right is remembered for each user, as a digest.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class BasicAuth implements FilterFactory<BasicAuth.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "basic-auth",
            Placement.in(Stage.AUTHENTICATE),
            Config.class,
            "Admits users whose name and password are in an htpasswd file.");

    private static final String SCHEME = "Basic ";
    private static final String SHA = "{SHA}";
    private static final int MAX_WAITING = 256;
    private static final ExecutorService HASHING = hashing();

    private static ExecutorService hashing() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("basic-auth-", 0).factory());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** The configuration. */
    @Doc("Understood are bcrypt (`htpasswd -B`) and SHA-1 (`htpasswd -s`, as Envoy has it); MD5 is not. "
            + "bcrypt runs beside the event loops, and the last password that was right is remembered for each "
            + "user as a digest. Refusals are 401, cause `UNAUTHENTICATED`, detail `basic_auth_missing`, "
            + "`basic_auth_malformed` or `basic_auth_wrong`; 503 `basic_auth_overload` if too many passwords wait "
            + "to be checked. Later filters know the name as `{user}`.")
    @Example("{users: {name: 'users'}, realm: 'Shop', forwardUser: 'x-user'}")
    public record Config(
            @Doc("The object that holds the users.") DataRef users,

            @Doc("The entry of the object that is the htpasswd file.")
            @Default("\".htpasswd\"")
            @Size(min = 1, max = 253)
            String key,

            @Doc("The realm that browsers show.") @Default("\"Restricted\"") @Size(min = 1, max = 128)
            String realm,

            @Doc("A header that tells the backend the user's name.")
            Optional<HeaderName> forwardUser,

            @Doc("Whether the `authorization` header is removed before the request goes on.") @Default("false")
            boolean hideCredentials) {
        public Config {
            HeaderEdits.checkValue(realm);
            forwardUser.ifPresent(HeaderEdits::checkName);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public List<ConfigReference> references(Config config) {
        return List.of(config.users.reference());
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        String file = new String(config.users.entry(environment, config.key), StandardCharsets.UTF_8);
        return new Filter(config, users(file, config.users + " " + config.key));
    }

    private static Map<String, String> users(String file, String where) {
        Map<String, String> users = new HashMap<>();
        int number = 0;
        for (String line : file.split("\r?\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String hash = line.substring(colon + 1).strip();
            boolean understood = hash.startsWith(SHA) || hash.matches("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}");
            if (colon < 1 || !understood) {
                // The line itself is not printed: it holds a hash.
                throw new IllegalArgumentException(where + ", line " + number
                        + ": expected name:hash with a bcrypt hash" + " (htpasswd -B) or a SHA-1 hash (htpasswd -s)");
            }
            if (users.put(line.substring(0, colon), hash) != null) {
                throw new IllegalArgumentException(where + ", line " + number + ": the user occurs twice");
            }
        }
        return users;
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final Map<String, String> users;
        private final String salt = UUID.randomUUID().toString();
        private final Map<String, byte[]> remembered = new ConcurrentHashMap<>();
        /** Checked in place of an unknown user's hash, so that the time does not tell which users exist. */
        private final Optional<String> decoy;

        private final HttpHeaders challenge;

        Filter(Config config, Map<String, String> users) {
            this.config = config;
            this.users = users;
            this.decoy = users.values().stream()
                    .filter(hash -> !hash.startsWith(SHA))
                    .findFirst();
            String realm = config.realm.replace("\\", "\\\\").replace("\"", "\\\"");
            this.challenge = HttpHeaders.of(
                    HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"" + realm + "\", charset=\"UTF-8\"");
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            String header = head.header(HttpHeaderNames.AUTHORIZATION);
            if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                return refuse("basic_auth_missing");
            }
            String pair = decode(header.substring(SCHEME.length()).strip());
            int colon = pair.indexOf(':');
            if (colon < 1) {
                return refuse("basic_auth_malformed");
            }
            String user = pair.substring(0, colon);
            String password = pair.substring(colon + 1);
            Optional<String> hash = Optional.ofNullable(users.get(user));
            if (hash.isPresent() && hash.get().startsWith(SHA)) {
                String given = Base64.getEncoder().encodeToString(digest("SHA-1", password));
                boolean right = MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.US_ASCII),
                        hash.get().substring(SHA.length()).getBytes(StandardCharsets.US_ASCII));
                return right ? admit(user, head, exchange) : refuse("basic_auth_wrong");
            }
            return bcrypt(user, password, hash, head, exchange);
        }

        private Verdict bcrypt(
                String user, String password, Optional<String> hash, RequestHead head, Exchange exchange) {
            byte[] digest = digest("SHA-256", salt + password);
            byte[] known = remembered.get(user);
            if (known != null && MessageDigest.isEqual(known, digest)) {
                return admit(user, head, exchange);
            }
            Optional<String> compared = hash.or(() -> decoy);
            if (compared.isEmpty()) {
                return refuse("basic_auth_wrong");
            }
            try {
                return Verdict.later(CompletableFuture.supplyAsync(() -> isRight(password, compared.get()), HASHING)
                        .thenApplyAsync(
                                right -> {
                                    if (!right || hash.isEmpty()) {
                                        return refuse("basic_auth_wrong");
                                    }
                                    remembered.put(user, digest);
                                    return admit(user, head, exchange);
                                },
                                exchange.eventLoop()));
            } catch (RejectedExecutionException tooMany) {
                return Verdict.reply(LocalReply.of(503, ReplyCause.OVERLOAD, "basic_auth_overload"));
            }
        }

        private static boolean isRight(String password, String hash) {
            // bcrypt looks at 72 bytes only; the library refuses longer passwords, which cannot have been hashed whole.
            byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
            return bytes.length <= 72
                    && BCrypt.verifyer().verify(bytes, hash.getBytes(StandardCharsets.US_ASCII)).verified;
        }

        private static String decode(String base64) {
            try {
                return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException malformed) {
                return "";
            }
        }

        private Verdict admit(String user, RequestHead head, Exchange exchange) {
            exchange.set(ExchangeKeys.USER, user);
            if (config.hideCredentials) {
                head.headers().remove(HttpHeaderNames.AUTHORIZATION);
            }
            config.forwardUser.ifPresent(name -> head.headers().set(name.lower(), user));
            return Verdict.next();
        }

        private Verdict refuse(String detail) {
            return Verdict.reply(
                    LocalReply.of(401, "User name and password required\n", ReplyCause.UNAUTHENTICATED, detail)
                            .withHeaders(challenge));
        }
    }
}

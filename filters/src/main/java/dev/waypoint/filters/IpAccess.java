package dev.waypoint.filters;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Cidr;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.Stage;
import dev.waypoint.filter.Verdict;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Admits clients by their address. An address in {@code deny} is refused; if {@code allow} has entries, so is one that is in none
 * of them.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class IpAccess implements FilterFactory<IpAccess.Config> {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "ip-access", Placement.in(Stage.SHIELD), Config.class, "Admits or refuses clients by their IP address.");

    /** Whose address counts. */
    public enum Address {
        /** The client's, after trusted hops were taken into account. */
        @Name("Client")
        CLIENT,
        /** That of the connection's other end. */
        @Name("Connection")
        CONNECTION
    }

    /** The configuration. */
    @Doc("An address in `deny` is refused; if `allow` has entries, so is one that is in none of them. Cause "
            + "`ACCESS_DENIED`, detail `ip_denied` or `ip_not_allowed`.")
    @Example("{allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.66.0.0/16']}")
    public record Config(
            @Doc("Blocks of addresses that are admitted; empty for all.") @Size(max = 4096)
            List<Cidr> allow,

            @Doc("Blocks of addresses that are refused, also if they are in `allow`.") @Size(max = 4096)
            List<Cidr> deny,

            @Doc("`Client`: the address after trusted hops; `Connection`: the other end of the connection.")
            @Default("\"Client\"")
            Address address,

            @Doc("The status of refusals.") @Default("403") @Range(min = 400, max = 599)
            int status) {
        public Config {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
            if (allow.isEmpty() && deny.isEmpty()) {
                throw new IllegalArgumentException("no address is listed: expected entries in allow or deny");
            }
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return new Filter(config);
    }

    /** Blocks by the length of their prefix: a look-up costs one probe for each length that occurs, however many blocks. */
    private static final class Blocks {
        private final Map<Integer, Set<String>> byLength = new TreeMap<>();

        Blocks(List<Cidr> blocks) {
            for (Cidr block : blocks) {
                byLength.computeIfAbsent(block.prefixLength(), _ -> new HashSet<>())
                        .add(block.network());
            }
        }

        boolean contain(InetAddress address) {
            byte[] bytes = address.getAddress();
            for (Map.Entry<Integer, Set<String>> blocks : byLength.entrySet()) {
                if (blocks.getValue().contains(HexFormat.of().formatHex(Cidr.masked(bytes, blocks.getKey())))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class Filter implements HeadersFilter {
        private final Config config;
        private final Blocks allow;
        private final Blocks deny;

        Filter(Config config) {
            this.config = config;
            this.allow = new Blocks(config.allow);
            this.deny = new Blocks(config.deny);
        }

        @Override
        public Verdict onRequest(RequestHead head, Exchange exchange) {
            InetAddress address = switch (config.address) {
                case CLIENT -> exchange.clientAddress();
                case CONNECTION -> exchange.connection().remote().getAddress();
            };
            if (deny.contain(address)) {
                return refuse("ip_denied");
            }
            return config.allow.isEmpty() || allow.contain(address) ? Verdict.next() : refuse("ip_not_allowed");
        }

        private Verdict refuse(String detail) {
            return Verdict.reply(LocalReply.of(config.status, "Access denied\n", ReplyCause.ACCESS_DENIED, detail));
        }
    }
}

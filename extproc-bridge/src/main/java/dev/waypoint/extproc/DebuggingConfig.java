package dev.waypoint.extproc;

import dev.waypoint.config.Cidr;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What authors of processors may have recorded, held up and sent elsewhere. Nothing by default.
 *
 * @param marked requests that are treated in another way
 * @param transcripts which exchanges are recorded besides, and how
 */
public record DebuggingConfig(
        @Doc("Requests with a mark that are treated in another way; the first entry that fits counts.")
        List<Marked> marked,

        @Default("{}") @Doc("Which exchanges are recorded besides marked ones, and how.")
        Transcripts transcripts) {

    public DebuggingConfig {
        marked = List.copyOf(marked);
    }

    /**
     * Requests with a mark.
     *
     * @param header what marks them; it is taken off
     * @param secretRef what holds the value that the header must have
     * @param trustedSources from where the mark may come
     * @param record whether their exchanges are recorded
     * @param messageTimeout how long a reply may take
     * @param address another processor for them
     */
    public record Marked(
            @Size(min = 1) @Doc("The header that marks requests. It is taken off them, whoever sent it.")
            String header,

            @Doc("A Secret whose key 'mark' is the value that the header must have; any value will do if left out.")
            Optional<SecretRef> secretRef,

            @Doc("Blocks of addresses from which the mark counts; from everywhere if left out.")
            List<Cidr> trustedSources,

            @Default("false") @Doc("Whether their exchanges are recorded as transcripts.")
            boolean record,

            @Doc("How long a reply may take in place of the usual time, up to 24h: long enough for a breakpoint.")
            Optional<Duration> messageTimeout,

            @Doc("Another processor for them, as host:port, spoken to in plain text: the author's own machine.")
            Optional<String> address) {

        private static final Duration LONGEST = Duration.ofHours(24);

        public Marked {
            trustedSources = List.copyOf(trustedSources);
            header = header.toLowerCase(Locale.ROOT);
            if (secretRef.isEmpty() && trustedSources.isEmpty()) {
                throw new IllegalArgumentException(
                        "has neither secretRef nor trustedSources, expected one of them at least: else every client could set"
                                + " the mark");
            }
            if (!header.matches("[a-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new IllegalArgumentException("header is '" + header + "', expected the name of a header");
            }
            messageTimeout.ifPresent(time -> {
                if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
                    throw new IllegalArgumentException("messageTimeout is " + time + ", expected up to 24h");
                }
            });
            address.ifPresent(Marked::port);
        }

        static String host(String address) {
            return address.substring(0, address.lastIndexOf(':')).replaceAll("^\\[|]$", "");
        }

        static int port(String address) {
            String digits = address.substring(address.lastIndexOf(':') + 1);
            boolean good = address.lastIndexOf(':') > 0 && digits.matches("[0-9]{1,5}");
            int port = good ? Integer.parseInt(digits) : 0;
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("address is '" + address + "', expected host:port");
            }
            return port;
        }
    }

    /** A Secret; its key {@code mark} holds the value of a mark. */
    public record SecretRef(
            @Size(min = 1) @Doc("Its name.") String name,

            @Doc("Its namespace; another than the own needs a ReferenceGrant.")
            Optional<String> namespace) {}

    /**
     * Which exchanges are recorded, and how. Where they are written is for the operator of the proxy to say.
     *
     * @param sampledPercent the share of exchanges that are recorded without a mark
     * @param maxBodyBytes the most of the body of a message that is kept
     * @param maxBytes the most of an exchange that is kept
     * @param redactedHeaders headers whose values are left out
     */
    public record Transcripts(
            @Default("0")
            @Range(min = 0, max = 100)
            @Doc("The share of exchanges that are recorded without a mark, in percent.")
            double sampledPercent,

            @Default("65536")
            @Range(min = 0, max = 67_108_864)
            @Doc("Bytes of the body of one message that are kept; a transcript with more cannot be replayed.")
            int maxBodyBytes,

            @Default("1048576")
            @Range(min = 1024, max = 67_108_864)
            @Doc("Bytes of all bodies of an exchange that are kept.")
            int maxBytes,

            @Default(
                    "[\"authorization\", \"cookie\", \"proxy-authorization\", \"set-cookie\", \"x-api-key\", \"x-forwarded-client-cert\"]")
            @Doc("Headers whose values are left out of transcripts.")
            List<String> redactedHeaders) {
        public Transcripts {
            redactedHeaders = List.copyOf(redactedHeaders);
        }
    }
}

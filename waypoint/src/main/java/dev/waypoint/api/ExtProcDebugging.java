package dev.waypoint.api;

import dev.waypoint.config.Cidr;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code ExtProcProvider.spec.debugging}: what authors of a processor may have recorded, held up and sent elsewhere. */
public record ExtProcDebugging(
        @Doc("Requests with a mark that are treated in another way; the first entry that fits counts.") @Size(max = 16)
        List<Marked> marked,

        @Doc("Which exchanges are recorded besides marked ones, and how. Where is said by `--transcripts`.")
        @Default("{}")
        Transcripts transcripts) {

    public ExtProcDebugging {
        marked = List.copyOf(marked);
    }

    /** Requests with a mark. */
    @Rule(
            cel = "has(self.secretRef) || (has(self.trustedSources) && size(self.trustedSources) > 0)",
            message = "expected secretRef or trustedSources: else every client could set the mark")
    public record Marked(
            @Doc("The header that marks requests. It is taken off them, whoever sent it.") @Size(min = 1, max = 256)
            String header,

            @Doc("A Secret whose key `mark` is the value that the header must have; any value will do if left out.")
            Optional<SecretRef> secretRef,

            @Doc("Blocks of addresses from which the mark counts; from everywhere if left out.") @Size(max = 64)
            List<Cidr> trustedSources,

            @Doc("Whether their exchanges are recorded as transcripts.") @Default("false")
            boolean record,

            @Doc("How long a reply may take in place of the usual time, up to 24h: long enough for a breakpoint.")
            Optional<Duration> messageTimeout,

            @Doc("Another processor for them, as host:port, spoken to in plain text: the author's own machine.")
            @Size(min = 1, max = 300)
            Optional<String> address) {
        public Marked {
            trustedSources = List.copyOf(trustedSources);
            if (secretRef.isEmpty() && trustedSources.isEmpty()) {
                throw new IllegalArgumentException(
                        "has neither secretRef nor trustedSources, expected one of them at least: else every client could set"
                                + " the mark");
            }
        }
    }

    /** A Secret; another namespace needs a ReferenceGrant. */
    public record SecretRef(
            @Doc("The name of the Secret.") @Size(min = 1, max = 253)
            String name,

            @Doc("Its namespace; the provider's if left out.") @Size(min = 1, max = 63)
            Optional<String> namespace) {}

    /** Which exchanges are recorded, and how. */
    public record Transcripts(
            @Doc("The share of exchanges that are recorded without a mark, in percent.")
            @Default("0")
            @Range(min = 0, max = 100)
            double sampledPercent,

            @Doc("Bytes of the body of one message that are kept; a transcript with more cannot be replayed.")
            @Range(min = 0, max = 67_108_864)
            Optional<Integer> maxBodyBytes,

            @Doc("Bytes of all bodies of an exchange that are kept.") @Range(min = 1024, max = 67_108_864)
            Optional<Integer> maxBytes,

            @Doc("Headers whose values are left out, in place of those that are left out by default: credentials and"
                    + " cookies.")
            @Size(max = 64)
            Optional<List<String>> redactedHeaders) {
        public Transcripts {
            redactedHeaders = redactedHeaders.map(List::copyOf);
        }
    }
}

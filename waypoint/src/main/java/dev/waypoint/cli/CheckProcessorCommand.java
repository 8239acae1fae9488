package dev.waypoint.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code waypoint extproc check}. */
@Command(
        name = "check",
        description = {
            "Plays a proxy for a processor, in every mode that it claims, and names the rules that it breaks.",
            "Whole exchanges first (bodies in pieces, empty and large ones, trailers, early responses), then streams: half-close,",
            "cancellation, unknown fields, observability, slow readers, many at once.",
        },
        footer = {
            "",
            "Exit status: 0 nothing failed, 1 a check failed (with --strict also: a warning), 3 nobody answers at the target",
            "",
            "Example:",
            "  waypoint extproc check --target localhost:9102 --mode streamed,duplex",
        })
final class CheckProcessorCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--target",
            required = true,
            paramLabel = "HOST:PORT",
            description = "The processor, in plain text.")
    String target = "";

    @Option(
            names = "--mode",
            split = ",",
            paramLabel = "MODE",
            defaultValue = "headers",
            description = "Modes that it claims: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    List<ProcessorMode> modes = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "MILLIS",
            defaultValue = "2000",
            description = "How long a reply may take before it counts as missing (default ${DEFAULT-VALUE}).")
    long timeout;

    @Option(names = "--method", defaultValue = "POST", description = "Method of requests with a body (default POST).")
    String method = "";

    @Option(names = "--path", defaultValue = "/", description = "Path of requests (default /).")
    String path = "";

    @Option(names = "--header", paramLabel = "NAME:VALUE", description = "A header of requests; may be repeated.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = "--body",
            paramLabel = "TEXT",
            description = "Body of requests and responses, such as one that the processor accepts.")
    Optional<String> body = Optional.empty();

    @Option(names = "--json", description = "Print the report as JSON.")
    boolean json;

    @Option(names = "--strict", description = "A warning is a failure.")
    boolean strict;

    CheckProcessorCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        int colon = target.lastIndexOf(':');
        String port = target.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}")) {
            throw wrong("--target is '" + target + "', expected HOST:PORT");
        }
        List<String> lines = new ArrayList<>();
        for (String header : headers) {
            int at = header.indexOf(':');
            if (at < 1) {
                throw wrong("--header is '" + header + "', expected NAME:VALUE");
            }
            lines.add(header.substring(0, at).toLowerCase(Locale.ROOT));
            lines.add(header.substring(at + 1).strip());
        }
        return operations
                .processors()
                .check(new CheckProcessorRequest(
                        target.substring(0, colon),
                        Integer.parseInt(port),
                        modes,
                        Duration.ofMillis(timeout),
                        new CheckProcessorRequest.Sample(method, path, lines, body),
                        json,
                        strict));
    }

    private ParameterException wrong(String text) {
        if (spec == null) {
            throw new IllegalStateException(text);
        }
        return new ParameterException(spec.commandLine(), text);
    }
}

package dev.waypoint.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Mixin
    ProcessorOptions processor = new ProcessorOptions();

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
        List<String> lines = new ArrayList<>();
        for (String header : headers) {
            int at = header.indexOf(':');
            if (at < 1) {
                throw processor.wrong("--header is '" + header + "', expected NAME:VALUE");
            }
            lines.add(header.substring(0, at).toLowerCase(Locale.ROOT));
            lines.add(header.substring(at + 1).strip());
        }
        return operations
                .processors()
                .check(new CheckProcessorRequest(
                        processor.read(),
                        modes,
                        Duration.ofMillis(timeout),
                        new CheckProcessorRequest.Sample(method, path, lines, body),
                        json,
                        strict));
    }
}

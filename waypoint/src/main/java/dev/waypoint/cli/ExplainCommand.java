package dev.waypoint.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code waypoint explain}. */
@Command(
        name = "explain",
        description = {
            "Tells what would happen to a request: listener, route, rule, filters, backend - and why not the others.",
            "Nothing is sent anywhere.",
        },
        footer = {
            "",
            "Exit status: 0 a route takes the request, 1 none does, 3 the folder cannot be read",
            "",
            "Example:",
            "  waypoint explain examples/quickstart --url http://shop.example:8080/v1/x -H 'x-user: a'",
        })
final class ExplainCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ConfigOptions config = new ConfigOptions();

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            defaultValue = "GET",
            description = "Method (default ${DEFAULT-VALUE}).")
    String method = "GET";

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            required = true,
            description =
                    "URL. Scheme and port choose the listener; without a port, 80 or 443, and if there is only one listener of"
                            + " the scheme, that one.")
    String url = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "Header; may be given several times.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    LogFormat output = LogFormat.text;

    ExplainCommand(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Integer call() {
        for (String header : headers) {
            if (header.indexOf(':') < 1 && spec != null) {
                throw new ParameterException(
                        spec.commandLine(), "the header is '" + header + "', expected 'name: value'");
            }
        }
        return operations.explain(
                new ExplainRequest(config.path(), config.plugins(), method, url, headers, output == LogFormat.json));
    }
}

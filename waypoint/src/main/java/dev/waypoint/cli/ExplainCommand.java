package dev.waypoint.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            "Asked are the objects of a folder, or with --namespace those of the cluster of KUBECONFIG (in a pod: its own), as the",
            "proxies of a Gateway there have them. Nothing is sent anywhere.",
        },
        footer = {
            "",
            "Exit status: 0 a route takes the request, 1 none does, 3 the folder or the cluster cannot be read",
            "",
            "Examples:",
            "  waypoint explain examples/quickstart --url http://shop.example:8080/v1/x -H 'x-user: a'",
            "  waypoint explain --namespace shop --url http://cart/items",
        })
final class ExplainCommand implements Callable<Integer> {

    private final Operations operations;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    ConfigOptions config = new ConfigOptions();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Ask the cluster: the namespace of the Gateway.")
    @Nullable
    String namespace;

    @Option(
            names = "--gateway",
            paramLabel = "NAME",
            description = "The Gateway, if several of the namespace take the request.")
    @Nullable
    String gateway;

    @Option(
            names = "--from",
            paramLabel = "NAMESPACE",
            description = "The caller's namespace, which may have routes of its own to Services of a mesh.")
    @Nullable
    String caller;

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

    @Mixin
    OutputOptions output = new OutputOptions();

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
                new ExplainRequest(source(), config.plugins(), method, url, headers, output.isJson()));
    }

    private ExplainRequest.Source source() {
        if (namespace == null) {
            if ((gateway != null || caller != null) && spec != null) {
                throw new ParameterException(
                        spec.commandLine(), "--gateway and --from ask a cluster, and need --namespace");
            }
            return new ExplainRequest.Source.Folder(config.path());
        }
        if (config.isNamed() && spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "a folder and --namespace name two configurations; expected one");
        }
        return new ExplainRequest.Source.Cluster(namespace, Optional.ofNullable(gateway), Optional.ofNullable(caller));
    }
}

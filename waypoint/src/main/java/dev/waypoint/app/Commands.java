package dev.waypoint.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.admin.ConfigDump;
import dev.waypoint.admin.ConfigState;
import dev.waypoint.cli.ClusterOperations;
import dev.waypoint.cli.ConfigRequest;
import dev.waypoint.cli.ControllerRequest;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ExplainRequest;
import dev.waypoint.cli.Operations;
import dev.waypoint.cli.ProcessorOperations;
import dev.waypoint.cli.ProxyRequest;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.cli.SimulateRequest;
import dev.waypoint.cli.StatusRequest;
import dev.waypoint.cli.ValidateRequest;
import dev.waypoint.config.Finding;
import dev.waypoint.config.Finding.Severity;
import dev.waypoint.explain.Explainer;
import dev.waypoint.explain.Explanation;
import dev.waypoint.explain.ExplanationText;
import dev.waypoint.explain.MadeUpRequest;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.observe.Meters;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.simulate.LimitSimulation;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import dev.waypoint.source.envoy.Conversion;
import dev.waypoint.source.envoy.EnvoyBootstrap;
import dev.waypoint.source.envoy.UnreadableBootstrap;
import dev.waypoint.source.kubernetes.ClusterClients;
import dev.waypoint.upstream.SessionTokens;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Does what the commands ask for. */
final class Commands implements Operations {

    private final PrintWriter out;
    private final PrintWriter err;

    Commands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public int run(RunRequest request) {
        FolderSource source = new FolderSource(request.config());
        return read(source)
                .map(content -> new RunningProgram(request, source, out, err).run(content))
                .orElse(ExitCode.NO_INPUT);
    }

    @Override
    public int runEnvoy(RunRequest request, boolean strict) {
        return new EnvoyProgram(request, strict, out, err).run();
    }

    @Override
    public int convertEnvoy(Path file, Optional<Path> plugins, boolean strict) {
        EnvoyBootstrap bootstrap;
        try {
            bootstrap = EnvoyBootstrap.read(
                    file, Plugins.load(plugins.stream().toList()).catalog());
        } catch (UnreadableBootstrap e) {
            err.println("waypoint: " + e.getMessage());
            return ExitCode.NO_INPUT;
        }
        Conversion conversion = Conversion.of(bootstrap);
        out.print(conversion.yaml());
        out.flush();
        bootstrap.findings().forEach(finding -> err.println(finding.severity() + " " + finding));
        conversion.losses().forEach(loss -> err.println("NOTE " + loss));
        boolean lossless = bootstrap.findings().isEmpty() && conversion.losses().isEmpty();
        return bootstrap.isBroken() || (strict && !lossless) ? ExitCode.NEGATIVE : ExitCode.OK;
    }

    @Override
    public ClusterOperations cluster() {
        return new ClusterOperations() {
            @Override
            public int proxy(ProxyRequest request) {
                return new ProxyProgram(request, out, err).run();
            }

            @Override
            public int controller(ControllerRequest request) {
                return new ControllerProgram(request).run();
            }

            @Override
            public int status(StatusRequest request) {
                try (KubernetesClient client = ClusterClients.open()) {
                    return new StatusProgram(request, out, err).run(client);
                }
            }

            @Override
            public int config(ConfigRequest request) {
                try (KubernetesClient client = ClusterClients.open()) {
                    return new PodConfigProgram(request, out, err).run(client);
                }
            }
        };
    }

    @Override
    public int validate(ValidateRequest request) {
        Optional<FolderContent> content = read(new FolderSource(request.config()));
        if (content.isEmpty()) {
            return ExitCode.NO_INPUT;
        }
        ConfigState state = offline(content.get(), request.config(), request.plugins());
        if (request.json()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.set("findings", ConfigDump.findings(state.findings()));
            if (request.statuses()) {
                node.set("statuses", ConfigDump.statuses(state.statuses()));
            }
            print(node);
        } else {
            state.findings().forEach(finding -> out.println(finding.severity() + " " + finding));
            if (request.statuses()) {
                StatusText.print(out, state.statuses());
            }
        }
        int errors = state.count(Severity.ERROR);
        int warnings = state.count(Severity.WARNING);
        if (!request.json()) {
            out.printf("%d objects, %d errors, %d warnings%n", state.resources().size(), errors, warnings);
        }
        return errors > 0 || (request.strict() && warnings > 0) ? ExitCode.NEGATIVE : ExitCode.OK;
    }

    @Override
    public int explain(ExplainRequest request) {
        MadeUpRequest madeUp;
        try {
            madeUp = MadeUpRequest.of(request.method(), request.url(), request.headers());
        } catch (IllegalArgumentException e) {
            err.println("waypoint: " + e.getMessage());
            return ExitCode.USAGE;
        }
        return switch (request.source()) {
            case ExplainRequest.Source.Folder(Path path) -> explain(request, path, madeUp);
            case ExplainRequest.Source.Cluster cluster -> explain(request, cluster, madeUp);
        };
    }

    private int explain(ExplainRequest request, Path path, MadeUpRequest madeUp) {
        Optional<FolderContent> content = read(new FolderSource(path));
        if (content.isEmpty()) {
            return ExitCode.NO_INPUT;
        }
        ConfigState state = offline(content.get(), path, request.plugins());
        Explanation explanation = Explainer.explain(state.snapshot(), madeUp);
        print(explanation, request.json(), state.count(Severity.ERROR), "'waypoint validate'");
        return explanation.taken() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private int explain(ExplainRequest request, ExplainRequest.Source.Cluster cluster, MadeUpRequest madeUp) {
        try (KubernetesClient client = ClusterClients.open()) {
            ClusterExplain.Answer answer = new ClusterExplain(request, cluster, madeUp, err).run(client);
            answer.explanation()
                    .ifPresent(explanation -> print(
                            explanation,
                            request.json(),
                            answer.errors(),
                            "'waypoint status -n " + cluster.namespace() + "'"));
            return answer.status();
        }
    }

    private void print(Explanation explanation, boolean json, long errors, String where) {
        if (json) {
            print(IrWriter.write(explanation));
            return;
        }
        out.print(ExplanationText.of(explanation));
        if (errors > 0) {
            out.println("note: the configuration has " + errors + " errors, see " + where);
        }
        out.flush();
    }

    @Override
    public int simulateLimits(SimulateRequest request) {
        Optional<FolderContent> content = read(new FolderSource(request.policy()));
        if (content.isEmpty()) {
            return ExitCode.NO_INPUT;
        }
        Plugins plugins = Plugins.load(List.of());
        ResourceSet set = ResourceReader.read(content.get(), ResourceSet.EMPTY);
        List<Finding> findings = new ArrayList<>(set.findings());
        LimitSimulation simulation = LimitSimulation.of(set, plugins.catalog(), request.replicas(), findings::add);
        findings.forEach(finding -> err.println(finding.severity() + " " + finding));
        if (simulation.policies() == 0) {
            err.println("waypoint: " + request.policy() + " has no usable RateLimitPolicy");
            return ExitCode.NEGATIVE;
        }
        try (Stream<String> lines = Files.lines(request.accessLog())) {
            simulation.run(lines);
        } catch (IOException | UncheckedIOException e) {
            err.println("waypoint: " + request.accessLog() + " cannot be read: " + e.getMessage());
            return ExitCode.NO_INPUT;
        }
        SimulationText.print(out, simulation);
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)
                ? ExitCode.NEGATIVE
                : ExitCode.OK;
    }

    @Override
    public ProcessorOperations processors() {
        return new ProcessorCommands(out, err);
    }

    @Override
    public int warmUp() {
        return WarmUp.run(err);
    }

    private Optional<FolderContent> read(FolderSource source) {
        Path folder = source.root();
        try {
            return Optional.of(source.load());
        } catch (IOException e) {
            String why = Files.exists(folder) ? "cannot be read: " + e : "is not there, expected a folder or a file";
            err.println("waypoint: " + folder + " " + why);
            return Optional.empty();
        }
    }

    /** Everything up to the snapshot, without sockets and processes. */
    private static ConfigState offline(FolderContent content, Path folder, Optional<Path> pluginFolder) {
        LocalRun.Split split = LocalRun.split(content, true);
        List<Path> folders = new ArrayList<>(pluginFolder.stream().toList());
        split.localRun()
                .plugins()
                .forEach(plugin -> folders.add(RunningProgram.folderOf(folder).resolve(plugin)));
        Plugins plugins = Plugins.load(folders);
        return new ConfigPipeline(
                        plugins.catalog(),
                        plugins.findings(),
                        new Meters(),
                        new SnapshotStore(),
                        SessionTokens.ofThisProcess(InstantSource.system()))
                .apply(split.content());
    }

    private void print(JsonNode node) {
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (IOException e) {
            throw new IllegalStateException("a tree of data can always be written", e);
        }
    }
}

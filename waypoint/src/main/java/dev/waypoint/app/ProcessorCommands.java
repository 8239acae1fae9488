package dev.waypoint.app;

import dev.waypoint.cli.CheckProcessorRequest;
import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ProcessorAddressRequest;
import dev.waypoint.cli.ProcessorOperations;
import dev.waypoint.cli.ReplayRequest;
import dev.waypoint.extproc.check.CheckMode;
import dev.waypoint.extproc.check.CheckReport;
import dev.waypoint.extproc.check.CheckRequest;
import dev.waypoint.extproc.check.CheckResult.Outcome;
import dev.waypoint.extproc.check.ProcessorCheck;
import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.extproc.replay.Difference;
import dev.waypoint.extproc.replay.Replay;
import dev.waypoint.extproc.replay.ReplaySettings;
import dev.waypoint.extproc.transcript.Ladder;
import dev.waypoint.extproc.transcript.TranscriptFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Does what the commands for authors of processors ask for. */
final class ProcessorCommands implements ProcessorOperations {

    private final PrintWriter out;
    private final PrintWriter err;

    ProcessorCommands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public int listTranscripts(Path folder) {
        List<TranscriptFiles.Listed> listed;
        try {
            listed = TranscriptFiles.list(folder);
        } catch (IOException | IllegalArgumentException e) {
            return unreadable(folder, e);
        }
        for (TranscriptFiles.Listed each : listed) {
            out.printf(
                    Locale.ROOT,
                    "%s  %s  %s  %d entries, %d bytes  %s%n",
                    each.origin().started(),
                    each.origin().provider(),
                    each.origin().request(),
                    each.lines(),
                    each.bytes(),
                    each.file().getFileName());
        }
        out.printf("%d transcripts%n", listed.size());
        return ExitCode.OK;
    }

    @Override
    public int showTranscripts(List<Path> files) {
        Path current = Path.of("");
        try {
            boolean first = true;
            for (Path file : TranscriptFiles.find(files)) {
                current = file;
                out.print(first ? "" : System.lineSeparator());
                out.print(Ladder.of(TranscriptFiles.read(file)));
                first = false;
            }
            out.flush();
            return ExitCode.OK;
        } catch (IOException | IllegalArgumentException e) {
            return unreadable(current, e);
        }
    }

    @Override
    public int replay(ReplayRequest request) {
        ReplaySettings settings =
                ReplaySettings.of(request.ignoredHeaders(), request.ignoredFields(), request.timeout());
        Optional<ProcessorAddress> address = address(request.processor());
        if (address.isEmpty()) {
            return ExitCode.NO_INPUT;
        }
        List<Replay> replays = new ArrayList<>();
        Path current = Path.of("");
        try {
            for (Path file : TranscriptFiles.find(request.files())) {
                current = file;
                replays.add(new Replay(file.getFileName().toString(), TranscriptFiles.read(file), settings));
            }
        } catch (IOException | IllegalArgumentException e) {
            return unreadable(current, e);
        }
        int different = 0;
        for (Replay replay : replays) {
            List<Difference> differences = replay.differences(address.get());
            if (!differences.isEmpty()) {
                different++;
                out.println(replay.name() + "  " + replay.transcript().origin().request());
                differences.forEach(out::print);
            }
        }
        out.printf("%d transcripts, %d answered differently%n", replays.size(), different);
        return different == 0 ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    /** Where the processor is; empty, and said why, if its certificates cannot be read or used. */
    private Optional<ProcessorAddress> address(ProcessorAddressRequest request) {
        try {
            ProcessorAddress address = new ProcessorAddress(
                    request.host(),
                    request.port(),
                    request.authority(),
                    request.tls() ? Optional.of(tls(request)) : Optional.empty());
            var _ = address.channel();
            return Optional.of(address);
        } catch (IOException e) {
            err.println("waypoint: a file of certificates or keys cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            err.println("waypoint: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static ProcessorAddress.Tls tls(ProcessorAddressRequest request) throws IOException {
        Optional<String> authorities = text(request.ca());
        Optional<String> chain = text(request.certificate());
        Optional<String> key = text(request.key());
        return new ProcessorAddress.Tls(
                authorities,
                chain.flatMap(certificate -> key.map(own -> new ProcessorAddress.KeyPair(certificate, own))));
    }

    private static Optional<String> text(Optional<Path> file) throws IOException {
        return file.isEmpty() ? Optional.empty() : Optional.of(Files.readString(file.get()));
    }

    private int unreadable(Path path, Exception failure) {
        if (failure instanceof IllegalArgumentException) {
            err.println("waypoint: " + failure.getMessage());
        } else {
            String why = Files.exists(path) ? "cannot be read: " + failure : "is not there";
            err.println("waypoint: " + path + " " + why);
        }
        return ExitCode.NO_INPUT;
    }

    @Override
    public int check(CheckProcessorRequest request) {
        Optional<ProcessorAddress> address = address(request.processor());
        if (address.isEmpty()) {
            return ExitCode.NO_INPUT;
        }
        CheckReport report = ProcessorCheck.run(new CheckRequest(
                address.get(),
                request.modes().stream()
                        .flatMap(mode -> CheckMode.of(mode.name()).stream())
                        .toList(),
                request.patience(),
                request.sample().method(),
                request.sample().path(),
                request.sample().headers(),
                request.sample().body().orElse(CheckRequest.USUAL_BODY)));
        out.print(request.json() ? report.json().toPrettyString() + System.lineSeparator() : report.text());
        out.flush();
        if (report.isUnreachable()) {
            return ExitCode.NO_INPUT;
        }
        boolean failed = report.count(Outcome.FAIL) > 0 || (request.strict() && report.count(Outcome.WARN) > 0);
        return failed ? ExitCode.NEGATIVE : ExitCode.OK;
    }
}

package dev.waypoint.cli;

import dev.waypoint.observe.AccessLogMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code run} was asked for.
 *
 * @param config the folder or file
 * @param withLocalRun whether a {@code LocalRun} object of the folder is obeyed, which starts processes
 * @param plugins a folder of jars
 * @param network what is bound and how
 * @param logs what is logged and how
 */
public record RunRequest(Path config, boolean withLocalRun, Optional<Path> plugins, Network network, Logs logs) {

    /**
     * What is bound and how.
     *
     * @param bind the address of listeners that name none
     * @param adminPort 0 for any
     * @param workers event loops
     * @param transport who moves the bytes
     * @param drain how it ends
     * @param sessionSecret what signs the sessions of clients; empty for a secret of this process alone
     */
    public record Network(
            String bind,
            String adminBind,
            int adminPort,
            int workers,
            TransportKind transport,
            Drain drain,
            Optional<SessionSecret> sessionSecret) {}

    /**
     * How a proxy ends.
     *
     * @param delay how long everything is still served while the proxy calls itself not ready
     * @param patience how long running requests may take after that
     */
    public record Drain(Duration delay, Duration patience) {}

    /**
     * What is logged and how.
     *
     * @param format of both logs
     * @param level of the program's own log
     * @param access which exchanges the access log shows; empty if the user did not say
     * @param transcripts where exchanges with processors are recorded; empty for nowhere
     */
    public record Logs(
            LogFormat format, String level, Optional<AccessLogMode> access, Optional<Transcripts> transcripts) {}

    /**
     * Where exchanges with processors are recorded.
     *
     * @param folder the folder; made if it is not there
     * @param files the most files in it
     * @param bytes the most bytes in it
     */
    public record Transcripts(Path folder, int files, long bytes) {}
}

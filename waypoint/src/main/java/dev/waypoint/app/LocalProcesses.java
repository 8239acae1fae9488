package dev.waypoint.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The programs of a {@link LocalRun}. */
final class LocalProcesses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalProcesses.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LocalRun localRun;
    private final Path folder;
    private final List<Running> running = new ArrayList<>();
    private volatile boolean closing;

    private record Running(LocalRun.Program program, Process process) {}

    private LocalProcesses(LocalRun localRun, Path folder) {
        this.localRun = localRun;
        this.folder = folder;
    }

    /** Starts the programs in a folder, but for those that wait for the proxy. One that cannot be started is logged; the others run. */
    static LocalProcesses start(LocalRun localRun, Path folder) {
        LocalProcesses processes = new LocalProcesses(localRun, folder);
        processes.startThose(false);
        return processes;
    }

    /** Starts the programs that waited for the proxy. */
    void startRest() {
        startThose(true);
    }

    private void startThose(boolean afterReady) {
        for (LocalRun.Program program : localRun.processes()) {
            if (program.afterReady() == afterReady) {
                try {
                    start(program);
                } catch (IOException e) {
                    LOG.error("the program {} cannot be started: {}", program.name(), e.getMessage());
                }
            }
        }
    }

    private void start(LocalRun.Program program) throws IOException {
        List<String> command =
                program.command().stream().map(LocalProcesses::expand).toList();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        running.add(new Running(program, process));
        Thread.ofVirtual().start(() -> relay(program.name(), process));
        process.onExit().thenAccept(ended -> {
            if (!closing) {
                LOG.warn("the program {} ended with status {}", program.name(), ended.exitValue());
            }
        });
    }

    private static String expand(String word) {
        return word.replace(
                        "${java}",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .replace("${classpath}", System.getProperty("java.class.path"));
    }

    @SuppressWarnings("SystemOut") // what a program prints is for the person at the desk, as it is
    private static void relay(String name, Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.err.println("[" + name + "] " + line);
            }
        } catch (IOException e) {
            LOG.debug("the output of {} ended", name, e);
        }
    }

    /** Waits until all addresses listen that programs were said to listen on. */
    void awaitListening() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Running each : running) {
            for (String address : each.program.waitFor()) {
                while (!isListening(address)) {
                    if (!each.process.isAlive() || System.nanoTime() > end) {
                        LOG.error("the program {} does not listen on {}", each.program.name(), address);
                        break;
                    }
                    Thread.sleep(20);
                }
            }
        }
    }

    private static boolean isListening(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            String host = colon < 1 ? "127.0.0.1" : address.substring(0, colon);
            socket.connect(new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), 500);
            return true;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /** Ends the programs: kindly, then not. */
    @Override
    public void close() {
        closing = true;
        running.forEach(each -> {
            try {
                each.process.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                each.process.destroy();
            }
        });
        for (Running each : running) {
            try {
                if (!each.process.waitFor(3, TimeUnit.SECONDS)) {
                    each.process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

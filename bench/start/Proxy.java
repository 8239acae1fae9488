import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One life of the proxy under test.
 *
 * @param startNanos when it was started
 * @param port where it listens
 * @param admin where it says whether it is ready
 * @param controller from where it gets its configuration, if its command asks for one
 */
record Proxy(Process process, long startNanos, int port, int admin, Path log, Optional<Process> controller)
        implements AutoCloseable {

    /**
     * Starts it on one core.
     *
     * @param command the program and its arguments; {@code {config}}, {@code {bootstrap}}, {@code {port}}, {@code {admin}}, {@code {controller}}
     *     and {@code {files}} are filled in
     * @param core its number; less than 0 for any
     */
    static Proxy start(List<String> command, int core, int backend) throws IOException {
        Path folder = Files.createTempDirectory("waypoint-start");
        int port = freePort();
        int admin = freePort();
        Path config = Files.createDirectory(folder.resolve("config"));
        Path bootstrap = folder.resolve("envoy.yaml");
        Files.writeString(config.resolve("config.yaml"), Configs.gatewayApi(port, backend));
        Files.writeString(bootstrap, Configs.envoy(port, backend));
        Optional<Process> controller = Optional.empty();
        String controllerAddress = "";
        if (command.contains("{controller}")) {
            Process process = controller(config, folder);
            controller = Optional.of(process);
            controllerAddress = "localhost:" + process.inputReader().readLine();
        }
        List<String> words = new ArrayList<>();
        if (core >= 0) {
            words.addAll(List.of("taskset", "-c", "" + core));
        }
        for (String word : command) {
            words.add(word.replace("{config}", config.toString())
                    .replace("{bootstrap}", bootstrap.toString())
                    .replace("{port}", "" + port)
                    .replace("{admin}", "" + admin)
                    .replace("{controller}", controllerAddress)
                    .replace("{files}", folder.toString()));
        }
        Path log = folder.resolve("log");
        long now = System.nanoTime();
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Proxy(process, now, port, admin, log, controller);
    }

    /** Starts the end of a controller, of the product's classes, which has to be built. Its first line is its port. */
    private static Process controller(Path config, Path files) throws IOException {
        Path root = Path.of(System.getProperty("bench.root", "."));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        root.resolve("waypoint/target/waypoint.jar").toString(),
                        root.resolve("bench/start/Controller.java").toString(),
                        config.toString(),
                        files.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until it calls itself ready and answers a request; the milliseconds since it was started. */
    double awaitReady() throws IOException, InterruptedException {
        boolean ready = false;
        while (true) {
            if (!process.isAlive()) {
                throw new IOException("it ended before it was ready:\n" + Files.readString(log));
            }
            if (System.nanoTime() - startNanos > 60e9) {
                throw new IOException("it was not ready within 60 s:\n" + Files.readString(log));
            }
            ready = ready || status(admin, "/ready") == 200;
            if (ready && status(port, "/") == 200) {
                return (System.nanoTime() - startNanos) / 1e6;
            }
            Thread.sleep(2);
        }
    }

    /** The status of one answer; 0 if there is none. */
    private static int status(int port, String path) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nhost: bench.example\r\nconnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return line.length() < 12 ? 0 : Integer.parseInt(line.substring(9));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Seconds of CPU that it has used. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        // Ticks of 10 ms are what Linux shows on every machine: user, system, and those of ended children.
        return Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum() / 100.0;
    }

    /** Resident memory in MiB. */
    double residentMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no VmRSS in the status of " + process.pid()))
                    / 1024.0;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        controller.ifPresent(Process::destroyForcibly);
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(log.getParent())) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}

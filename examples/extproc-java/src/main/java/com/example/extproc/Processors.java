package com.example.extproc;

import dev.waypoint.extproc.server.FilterService;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import dev.waypoint.extproc.server.StandaloneEnvironment;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves the processors, each on its own port of the loopback interface: {@code [--while-stdin] NAME=PORT ...}, port 0 for any that
 * is free. With {@code --while-stdin} it ends when its standard input does, so that it does not outlive what started it.
 */
public final class Processors {

    private static final String WHILE_STDIN = "--while-stdin";
    private static final List<String> ALL = List.of("edit=9101", "redact=9102", "validate=9103", "llm=9104");

    private Processors() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> wanted = new ArrayList<>(List.of(arguments));
        boolean whileStdin = wanted.remove(WHILE_STDIN);
        List<ProcessorServer> servers = new ArrayList<>();
        StringBuilder ready = new StringBuilder("ready:");
        for (String argument : wanted.isEmpty() ? ALL : wanted) {
            int equals = argument.indexOf('=');
            String name = argument.substring(0, Math.max(0, equals));
            int port = Integer.parseInt(argument.substring(equals + 1));
            ProcessorServer server =
                    ProcessorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), service(name));
            servers.add(server);
            ready.append(' ').append(name).append('=').append(server.port());
        }
        System.out.println(ready);
        if (whileStdin) {
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        }
        for (ProcessorServer server : servers) {
            server.await();
        }
    }

    private static BindableService service(String name) {
        return switch (name) {
            case "edit" ->
                FilterService.of(
                        new HeaderEdit(), new HeaderEdit.Config("processor"), new StandaloneEnvironment("edit"));
            case "redact" -> new ProcessorService(Redaction::new);
            case "validate" -> new ProcessorService(exchange -> new OrderValidation());
            case "llm" -> new ProcessorService(exchange -> new EventStreamGuard());
            default ->
                throw new IllegalArgumentException(
                        "the processor is '" + name + "', expected edit, redact, validate or llm, as NAME=PORT");
        };
    }
}

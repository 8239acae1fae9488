package com.example.extproc;

import dev.waypoint.extproc.server.FilterService;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import dev.waypoint.extproc.server.StandaloneEnvironment;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Serves the processors, each on its own port of the loopback interface: {@code NAME=PORT ...}, port 0 for any that is free. */
public final class Processors {

    private static final List<String> ALL = List.of("edit=9101", "redact=9102", "validate=9103", "llm=9104");

    private Processors() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<ProcessorServer> servers = new ArrayList<>();
        StringBuilder ready = new StringBuilder("ready:");
        for (String argument : arguments.length == 0 ? ALL : List.of(arguments)) {
            int equals = argument.indexOf('=');
            String name = argument.substring(0, Math.max(0, equals));
            int port = Integer.parseInt(argument.substring(equals + 1));
            ProcessorServer server =
                    ProcessorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), service(name));
            servers.add(server);
            ready.append(' ').append(name).append('=').append(server.port());
        }
        System.out.println(ready);
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

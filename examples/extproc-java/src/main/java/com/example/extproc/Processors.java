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
 * Serves the processors, each on its own port: {@code [--bind=ADDRESS] [--tag=TEXT] [--while-stdin] NAME=PORT ...}, port 0 for any
 * that is free. Without {@code --bind} they are reached from the same machine only. {@code --tag} is what {@code edit} adds, so that
 * two versions can be told apart. With {@code --while-stdin} it ends when its standard input does, so that it does not outlive what
 * started it.
 */
public final class Processors {

    private static final String WHILE_STDIN = "--while-stdin";
    private static final String BIND = "--bind=";
    private static final String TAG = "--tag=";
    private static final List<String> ALL = List.of("edit=9101", "redact=9102", "validate=9103", "llm=9104");

    private Processors() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> wanted = new ArrayList<>(List.of(arguments));
        boolean whileStdin = wanted.remove(WHILE_STDIN);
        InetAddress bind = InetAddress.getByName(option(wanted, BIND, "127.0.0.1"));
        String tag = option(wanted, TAG, "processor");
        List<ProcessorServer> servers = new ArrayList<>();
        StringBuilder ready = new StringBuilder("ready:");
        for (String argument : wanted.isEmpty() ? ALL : wanted) {
            int equals = argument.indexOf('=');
            String name = argument.substring(0, Math.max(0, equals));
            int port = Integer.parseInt(argument.substring(equals + 1));
            ProcessorServer server = ProcessorServer.start(new InetSocketAddress(bind, port), service(name, tag));
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

    /** The value of an option, which is taken out of the arguments. */
    private static String option(List<String> arguments, String name, String otherwise) {
        String value = otherwise;
        for (String argument : List.copyOf(arguments)) {
            if (argument.startsWith(name)) {
                arguments.remove(argument);
                value = argument.substring(name.length());
            }
        }
        return value;
    }

    private static BindableService service(String name, String tag) {
        return switch (name) {
            case "edit" ->
                FilterService.of(new HeaderEdit(), new HeaderEdit.Config(tag), new StandaloneEnvironment("edit"));
            case "redact" -> new ProcessorService(Redaction::new);
            case "validate" -> new ProcessorService(exchange -> new OrderValidation());
            case "llm" -> new ProcessorService(exchange -> new EventStreamGuard());
            default ->
                throw new IllegalArgumentException(
                        "the processor is '" + name + "', expected edit, redact, validate or llm, as NAME=PORT");
        };
    }
}

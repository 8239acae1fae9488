import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * The services behind the quickstart: each answers with its name and what it was asked. Run by the proxy as a single file
 * (arguments: name=port ...); ends when its standard input does.
 */
public final class Backends {

    private Backends() {}

    public static void main(String[] arguments) throws IOException {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            try {
                serve(argument.substring(0, equals), Integer.parseInt(argument.substring(equals + 1)));
            } catch (BindException e) {
                System.err.println("cannot listen for " + argument + ": " + e.getMessage());
                System.exit(1);
            }
        }
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static void serve(String name, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(name, exchange));
        server.start();
    }

    private static void answer(String name, HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            StringBuilder text = new StringBuilder();
            text.append(name).append(" was asked ");
            text.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
            text.append(asked.length == 0 ? "" : " with " + asked.length + " bytes").append('\n');
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("x-backend", name);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

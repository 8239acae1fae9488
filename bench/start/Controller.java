import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.stream.ConfigStreamServer;
import dev.waypoint.control.stream.ProxyIdentity;
import dev.waypoint.control.trust.AuthorityStore;
import dev.waypoint.control.trust.ControllerAuthority;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.source.FolderContent;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The end of the stream at which a proxy of a cluster gets its configuration, with real TLS, for a folder instead of a cluster: every
 * token is good. Prints its port, and lives until it is killed. Arguments: the folder with the configuration, and the one where a token
 * and the authorities go.
 */
public final class Controller {

    private Controller() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path files = Path.of(arguments[1]);
        ResourceSet set = ResourceReader.read(
                new FolderSource(Path.of(arguments[0])).load(), FolderContent.EMPTY, ResourceSet.EMPTY);
        FilterCatalog catalog = FilterCatalog.installed(finding -> {
            throw new IllegalStateException(finding.toString());
        });
        Translation translation = new Translator(catalog, TranslatorSettings.FOR_FILES).translate(set);
        ConfigStreamServer server = ConfigStreamServer.start(
                new ConfigStreamServer.Settings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Duration.ofMinutes(30),
                        Duration.ofSeconds(3)),
                ControllerAuthority.open(new Kept(), List.of("localhost")),
                token -> Optional.of(new ProxyIdentity("bench", "bench", Optional.of("bench-1"))));
        server.publish(new DataPlane("bench", "bench"), new ProxyConfig(1, translation.ir(), 1));
        Files.writeString(files.resolve("token"), "good");
        Files.writeString(files.resolve("authorities"), server.authorities());
        System.out.println(server.port());
        Thread.currentThread().join();
    }

    /** Authorities in memory. */
    private static final class Kept implements AuthorityStore {
        private Optional<Stored> stored = Optional.empty();

        @Override
        public synchronized Optional<Stored> load() {
            return stored;
        }

        @Override
        public synchronized boolean save(Map<String, String> data, Optional<String> expected) {
            boolean same = expected.equals(stored.map(Stored::version));
            if (same) {
                stored = Optional.of(new Stored(Map.copyOf(data), "" + System.nanoTime()));
            }
            return same;
        }
    }
}

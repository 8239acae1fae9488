package dev.waypoint.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.config.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {

    @TempDir
    Path folder;

    private final BlockingQueue<FolderContent> heard = new LinkedBlockingQueue<>();

    private static String service(String name, int port) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: %d}]}\n"
                .formatted(name, port);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private FolderContent next() throws InterruptedException {
        FolderContent content = heard.poll(5, TimeUnit.SECONDS);
        assertThat(content).as("a change that was heard").isNotNull();
        return content;
    }

    private static List<String> names(FolderContent content) {
        return content.objects().keySet().stream().map(ref -> ref.name()).toList();
    }

    private static int port(FolderContent content, String name) {
        return content.objects().values().stream()
                .filter(object -> object.ref().name().equals(name))
                .findFirst()
                .orElseThrow()
                .tree()
                .at("/spec/ports/0/port")
                .asInt();
    }

    @Test
    void readsAllThreeSuffixesInAllFoldersButNoHiddenOnes() throws IOException {
        write("a.yaml", service("a", 1));
        write("deep/er/b.yml", service("b", 1));
        write("c.json", "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"c\"}}");
        write(".hidden.yaml", service("d", 1));
        write(".git/e.yaml", service("e", 1));
        write("f.yaml~", service("f", 1));
        write("README.md", "no");

        assertThat(names(new FolderSource(folder).load())).containsExactly("a", "c", "b");
    }

    @Test
    void readsASingleFile() throws IOException {
        write("a.yaml", service("a", 1));
        write("b.yaml", service("b", 1));

        assertThat(names(new FolderSource(folder.resolve("b.yaml")).load())).containsExactly("b");
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> new FolderSource(folder.resolve("none")).load())
                .isInstanceOf(IOException.class);
    }

    @Test
    void anObjectThatIsThereTwiceIsAFindingThatNamesBothPlaces() throws IOException {
        write("a.yaml", service("a", 1));
        write("b.yaml", service("b", 1) + "---\n" + service("a", 2));

        FolderContent content = new FolderSource(folder).load();

        assertThat(port(content, "a")).isEqualTo(1);
        assertThat(content.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.toString())
                    .contains("b.yaml:6: Service default/a: is already defined at ")
                    .contains("a.yaml:1, which counts");
        });
    }

    @Test
    void changesAreHeardWithinTheirTime() throws Exception {
        write("a.yaml", service("a", 1));
        FolderSource source = new FolderSource(folder);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            for (int round = 2; round < 12; round++) {
                long start = System.nanoTime();
                write("a.yaml", service("a", round));
                assertThat(port(next(), "a")).isEqualTo(round);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
            }
        }
    }

    @Test
    void filesAndFoldersComeAndGo() throws Exception {
        FolderSource source = new FolderSource(folder);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            write("new/deep/a.yaml", service("a", 1));
            assertThat(names(next())).containsExactly("a");
            write("new/deep/a.yaml", service("a", 2));
            assertThat(port(next(), "a")).isEqualTo(2);
            Files.delete(folder.resolve("new/deep/a.yaml"));
            assertThat(next().objects()).isEmpty();
        }
    }

    @Test
    void editorsThatReplaceByRenameAreFollowed() throws Exception {
        write("a.yaml", service("a", 1));
        FolderSource source = new FolderSource(folder);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            for (int round = 2; round < 6; round++) {
                write(".a.yaml.swp", service("a", round));
                Files.move(folder.resolve("a.yaml"), folder.resolve("a.yaml~"), StandardCopyOption.REPLACE_EXISTING);
                Thread.sleep(5);
                Files.move(folder.resolve(".a.yaml.swp"), folder.resolve("a.yaml"));
                FolderContent content = next();
                assertThat(names(content)).as("never gone in between").containsExactly("a");
                assertThat(port(content, "a")).isEqualTo(round);
            }
        }
    }

    @Test
    void aFileThatCannotBeParsedKeepsItsObjectsUntilItCan() throws Exception {
        write("a.yaml", service("a", 1));
        write("b.yaml", service("b", 1));
        FolderSource source = new FolderSource(folder);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            write("a.yaml", service("a", 2).substring(0, 70) + "\n");
            FolderContent broken = next();
            assertThat(port(broken, "a")).isEqualTo(1);
            assertThat(broken.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.toString())
                            .contains("a.yaml:")
                            .contains("cannot be read")
                            .contains("the last good version of its 1 objects stays in force"));

            write("b.yaml", service("b", 2));
            assertThat(port(next(), "b")).as("others go on").isEqualTo(2);

            write("a.yaml", service("a", 2));
            FolderContent mended = next();
            assertThat(port(mended, "a")).isEqualTo(2);
            assertThat(mended.findings()).isEmpty();
        }
    }

    @Test
    void aConfigMapMountIsFollowedThroughItsLinks() throws Exception {
        mountConfigMap("one", service("a", 1), service("b", 1));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        Files.createSymbolicLink(folder.resolve("b.yaml"), Path.of("..data/b.yaml"));
        FolderSource source = new FolderSource(folder);
        assertThat(names(source.load())).containsExactly("a", "b");
        try (FolderWatch _ = source.watch(heard::add)) {
            mountConfigMap("two", service("a", 2), service("b", 2));
            FolderContent content = next();
            assertThat(port(content, "a")).isEqualTo(2);
            assertThat(port(content, "b")).as("both change at once").isEqualTo(2);
        }
    }

    /** As the kubelet does it: a new hidden folder, then one rename of the link to it. */
    private void mountConfigMap(String version, String a, String b) throws IOException {
        write(".." + version + "/a.yaml", a);
        write(".." + version + "/b.yaml", b);
        Path link = folder.resolve("..data_tmp");
        Files.createSymbolicLink(link, Path.of(".." + version));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void theFolderItselfMayBeALinkThatMoves() throws Exception {
        write("v1/a.yaml", service("a", 1));
        write("v2/a.yaml", service("a", 2));
        Path current = folder.resolve("current");
        Files.createSymbolicLink(current, folder.resolve("v1"));
        FolderSource source = new FolderSource(current);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            Path next = folder.resolve("next");
            Files.createSymbolicLink(next, folder.resolve("v2"));
            Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
            assertThat(port(next(), "a")).isEqualTo(2);
            write("v2/a.yaml", service("a", 3));
            assertThat(port(next(), "a")).isEqualTo(3);
        }
    }

    @Test
    void aFolderThatVanishesLeavesEverythingInForce() throws Exception {
        write("conf/a.yaml", service("a", 1));
        Path conf = folder.resolve("conf");
        FolderSource source = new FolderSource(conf);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            Files.move(conf, folder.resolve("away"));
            assertThat(heard.poll(400, TimeUnit.MILLISECONDS)).isNull();
            assertThat(names(source.content())).containsExactly("a");
            write("away/a.yaml", service("a", 2));
            Files.move(folder.resolve("away"), conf);
            assertThat(port(next(), "a")).isEqualTo(2);
        }
    }

    @Test
    void aMereTouchIsNoChange() throws Exception {
        write("a.yaml", service("a", 1));
        FolderSource source = new FolderSource(folder);
        source.load();
        try (FolderWatch _ = source.watch(heard::add)) {
            write("a.yaml", service("a", 1));
            write("note.txt", "x");
            assertThat(heard.poll(400, TimeUnit.MILLISECONDS)).isNull();
        }
    }
}

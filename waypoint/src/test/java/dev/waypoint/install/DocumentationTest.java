package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages of the repository lead to each other: no link is broken, and none can only be found by who knows its name. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

    /** What a link leads to; without a place for the whole page. */
    private record Target(Path page, String place) {}

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("/target/"))
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private static String text(Path page) {
        try {
            return CODE.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Target> links(Path page) {
        return LINK.matcher(text(page))
                .results()
                .map(found -> found.group(1))
                .filter(link -> !link.contains("://"))
                .map(link -> {
                    String[] parts = link.split("#", 2);
                    return new Target(
                            parts[0].isEmpty()
                                    ? page
                                    : page.resolveSibling(parts[0]).normalize(),
                            parts.length == 1 ? "" : parts[1]);
                })
                .toList();
    }

    /** The headings, spelt as links to them are. */
    private static Set<String> places(Path page) {
        Set<String> places = new HashSet<>();
        HEADING.matcher(text(page))
                .results()
                .map(found -> found.group(1)
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .forEach(places::add);
        return places;
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (Target target : links(page)) {
                boolean there = Files.exists(target.page())
                        && (target.place().isEmpty() || places(target.page()).contains(target.place()));
                if (!there) {
                    broken.add(ROOT.relativize(page) + " leads to " + ROOT.relativize(target.page()) + " "
                            + target.place());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsFoundFromTheFirst() throws IOException {
        Path first = ROOT.resolve("README.md");
        Set<Path> found = new HashSet<>(Set.of(first));
        Deque<Path> open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            for (Target target : links(open.removeFirst())) {
                if (target.page().toString().endsWith(".md")
                        && Files.exists(target.page())
                        && found.add(target.page())) {
                    open.addLast(target.page());
                }
            }
        }
        Set<Path> lost = new TreeSet<>(pages());
        lost.removeAll(found);
        assertThat(lost).isEmpty();
    }
}

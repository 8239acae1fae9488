package dev.waypoint.filter.testing;

import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares the reference pages and schemas of filters with what would be generated now. With the system property
 * {@code waypoint.update=true} they are written instead.
 */
public final class ReferencePages {

    private static final String UPDATE = "waypoint.update";

    private ReferencePages() {}

    /**
     * Checks or writes a page and a schema for each filter.
     *
     * @param folder the folder of the pages
     * @param owner a name for the group of filters, such as the module's; pages that carry it and are not generated are orphans
     * @param factories the filters
     * @throws AssertionError if a page is missing, stale or an orphan, or if an example has findings
     */
    public static void check(Path folder, String owner, Collection<FilterFactory<?>> factories) {
        check(folder, owner, factories, Boolean.getBoolean(UPDATE));
    }

    /** The same, where the caller says whether pages are written. */
    static void check(Path folder, String owner, Collection<FilterFactory<?>> factories, boolean update) {
        Map<String, String> expected = new TreeMap<>();
        List<String> broken = new ArrayList<>();
        String marker = "<!-- Generated from the filters of " + owner + ". Do not edit. -->\n";
        for (FilterFactory<?> factory : factories) {
            String name = factory.kind().name();
            expected.put(name + ".md", marker + FilterPage.markdown(factory.kind()));
            expected.put(name + ".schema.json", FilterPage.schema(factory.kind()));
            List<Finding> findings = new ArrayList<>();
            FilterPage.example(factory.kind()).ifPresent(example -> FilterHarness.read(factory, example, findings));
            findings.forEach(finding -> broken.add(name + ": the example has a finding: " + finding));
        }
        try {
            if (update) {
                write(folder, marker, expected);
            } else {
                compare(folder, marker, expected, broken);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!broken.isEmpty()) {
            throw new AssertionError(
                    String.join("\n", broken) + "\nRun the test with -D" + UPDATE + "=true to rewrite pages.");
        }
    }

    private static void compare(Path folder, String marker, Map<String, String> expected, List<String> broken)
            throws IOException {
        for (Map.Entry<String, String> file : expected.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.exists(path)) {
                broken.add(path + " is missing");
            } else if (!Files.readString(path).equals(file.getValue())) {
                broken.add(path + " is stale");
            }
        }
        for (Path orphan : orphans(folder, marker, expected)) {
            broken.add(orphan + " belongs to no filter");
        }
    }

    private static void write(Path folder, String marker, Map<String, String> expected) throws IOException {
        Files.createDirectories(folder);
        for (Path orphan : orphans(folder, marker, expected)) {
            Files.delete(orphan);
        }
        for (Map.Entry<String, String> file : expected.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    private static List<Path> orphans(Path folder, String marker, Map<String, String> expected) throws IOException {
        List<Path> orphans = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return orphans;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path path : files.sorted().toList()) {
                String name = path.getFileName().toString();
                boolean unknown = name.endsWith(".md") && !expected.containsKey(name);
                if (unknown && Files.readString(path).startsWith(marker)) {
                    orphans.add(path);
                    Path schema = path.resolveSibling(name.replace(".md", ".schema.json"));
                    if (Files.exists(schema)) {
                        orphans.add(schema);
                    }
                }
            }
        }
        return orphans;
    }
}

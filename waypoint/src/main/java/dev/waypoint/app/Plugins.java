package dev.waypoint.app;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterCatalog;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The filters on the class path and in plugin folders.
 *
 * @param catalog the filters
 * @param findings what could not be loaded
 */
record Plugins(FilterCatalog catalog, List<Finding> findings) {

    /** Loads all jars of the folders; each folder is a class loader of its own, so that its jars may be libraries of each other. */
    static Plugins load(List<Path> folders) {
        List<Finding> findings = new ArrayList<>();
        FilterCatalog catalog = FilterCatalog.installed(findings::add);
        for (Path folder : folders) {
            catalog = plus(catalog, folder, findings);
        }
        return new Plugins(catalog, List.copyOf(findings));
    }

    private static FilterCatalog plus(FilterCatalog catalog, Path folder, List<Finding> findings) {
        ResourceRef ref = new ResourceRef("", "Plugin", "", folder.toString());
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (isPlugin(file)) {
                    jars.add(url(file));
                }
            }
            if (jars.isEmpty()) {
                findings.add(Finding.warning(ref, "", "", "the folder holds no jar"));
                return catalog;
            }
            return catalog.plus(loader(folder, jars), folder.toString(), findings::add);
        } catch (IOException e) {
            findings.add(Finding.error(ref, "", "", "the folder cannot be read: " + e));
            return catalog;
        }
    }

    private static boolean isPlugin(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.endsWith("-sources.jar") && !name.endsWith("-javadoc.jar");
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    /** Never closed: filters may load classes as long as the program runs. */
    private static ClassLoader loader(Path folder, List<URL> jars) {
        return new URLClassLoader("plugins:" + folder, jars.toArray(URL[]::new), Plugins.class.getClassLoader());
    }
}

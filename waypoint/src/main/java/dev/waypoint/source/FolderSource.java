package dev.waypoint.source;

import dev.waypoint.config.Finding;
import dev.waypoint.config.SourcePosition;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A folder of YAML and JSON files, or a single file. Reads it once with {@link #load}, and again whenever it changes while a
 * {@link #watch} is open. A file that cannot be parsed keeps the objects of its last good version.
 */
public final class FolderSource {

    private final Path root;
    private final Map<Path, KnownFile> known = new TreeMap<>();

    /**
     * A file as it was read last.
     *
     * @param text its bytes as text, to tell a change from a mere touch
     * @param good the last version that could be parsed
     * @param problem why the present version could not be read; empty if it could
     */
    private record KnownFile(FolderScan.Stamp stamp, String text, ObjectFile good, Optional<Finding> problem) {

        ObjectFile effective() {
            return problem.map(finding -> new ObjectFile(good.objects(), List.of(finding)))
                    .orElse(good);
        }
    }

    /** A source for a folder that need not be there yet. */
    public FolderSource(Path root) {
        this.root = root;
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    /**
     * Reads the folder.
     *
     * @throws IOException if the folder is not there or cannot be listed
     */
    public synchronized FolderContent load() throws IOException {
        update(FolderScan.of(root), Set.of());
        return content();
    }

    /**
     * Calls the listener after each change of what the folder says, from a thread of the watch's own, until that is closed.
     *
     * @throws IOException if the system cannot watch folders
     */
    public FolderWatch watch(Consumer<FolderContent> listener) throws IOException {
        return FolderWatch.start(this, listener);
    }

    /** What the files that are known say. */
    synchronized FolderContent content() {
        return FolderContent.of(
                known.values().stream().map(KnownFile::effective).toList());
    }

    /** What the last reading saw. */
    synchronized Map<Path, FolderScan.Stamp> stamps() {
        Map<Path, FolderScan.Stamp> stamps = new LinkedHashMap<>();
        known.forEach((file, was) -> stamps.put(file, was.stamp()));
        return stamps;
    }

    /**
     * Reads the files that are new, have another stamp, or are named.
     *
     * @return whether anything that was written is different
     */
    synchronized boolean update(FolderScan scan, Set<Path> suspects) {
        boolean changed = known.keySet().retainAll(scan.files().keySet());
        for (Map.Entry<Path, FolderScan.Stamp> entry : scan.files().entrySet()) {
            Path file = entry.getKey();
            KnownFile before = known.get(file);
            if (before != null && before.stamp().equals(entry.getValue()) && !suspects.contains(file)) {
                continue;
            }
            KnownFile now = read(file, entry.getValue(), Optional.ofNullable(before));
            changed |= before == null
                    || !before.text().equals(now.text())
                    || !before.problem().equals(now.problem());
            known.put(file, now);
        }
        return changed;
    }

    private KnownFile read(Path file, FolderScan.Stamp stamp, Optional<KnownFile> before) {
        ObjectFile lastGood = before.map(KnownFile::good).orElse(new ObjectFile(List.of(), List.of()));
        String name = file.toString();
        String text = "";
        try {
            text = Files.readString(file);
            if (before.isPresent() && before.get().text().equals(text)) {
                return new KnownFile(stamp, text, lastGood, before.get().problem());
            }
            return new KnownFile(stamp, text, ObjectFile.read(name, text), Optional.empty());
        } catch (MalformedText e) {
            return new KnownFile(stamp, text, lastGood, Optional.of(problem(name, e.line(), e.problem(), lastGood)));
        } catch (CharacterCodingException e) {
            return new KnownFile(stamp, text, lastGood, Optional.of(problem(name, 1, "it is not UTF-8", lastGood)));
        } catch (IOException e) {
            return new KnownFile(stamp, text, lastGood, Optional.of(problem(name, 1, e.toString(), lastGood)));
        }
    }

    private static Finding problem(String file, int line, String what, ObjectFile lastGood) {
        String consequence = lastGood.objects().isEmpty()
                ? ""
                : "; the last good version of its " + lastGood.objects().size() + " objects stays in force";
        return Finding.error(ObjectFile.fileRef(file), "", "", "cannot be read: " + what + consequence)
                .at(new SourcePosition(file, line));
    }
}

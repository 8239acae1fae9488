package dev.waypoint.source;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a folder says at one moment.
 *
 * @param objects the objects, each once, in the order of files and documents
 * @param findings what could not be read, and what is there twice
 */
public record FolderContent(Map<ResourceRef, RawObject> objects, List<Finding> findings) {

    /** Nothing. */
    public static final FolderContent EMPTY = new FolderContent(Map.of(), List.of());

    public FolderContent {
        objects = Collections.unmodifiableMap(objects);
        findings = List.copyOf(findings);
    }

    /** Joins files. Of an object that is there twice, the first counts and the second is a finding that names both places. */
    static FolderContent of(Collection<ObjectFile> files) {
        Map<ResourceRef, RawObject> objects = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        for (ObjectFile file : files) {
            findings.addAll(file.findings());
            for (RawObject object : file.objects()) {
                RawObject first = objects.putIfAbsent(object.ref(), object);
                if (first != null) {
                    findings.add(Finding.error(
                                    object.ref(),
                                    "",
                                    "",
                                    "is already defined at " + first.position("")
                                            + ", which counts; remove one of them")
                            .at(object.position("")));
                }
            }
        }
        return new FolderContent(objects, findings);
    }

    /** The finding with the place of the field that it speaks of, where that is known. */
    public Finding locate(Finding finding) {
        RawObject object = objects.get(finding.ref());
        if (object == null || (finding.position().isPresent() && finding.path().isEmpty())) {
            return finding;
        }
        return finding.at(object.position(finding.path()));
    }
}

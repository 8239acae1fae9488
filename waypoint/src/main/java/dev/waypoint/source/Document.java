package dev.waypoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One document of a file.
 *
 * @param tree its data
 * @param lines the line of each field by its path; the empty path is the document itself
 */
record Document(JsonNode tree, Map<String, Integer> lines) {

    /** The path of a member of an object. */
    static String member(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The path of an element of a list. */
    static String element(String path, int index) {
        return path + "[" + index + "]";
    }
}

package dev.waypoint.config;

/**
 * Where in a file something was written.
 *
 * @param file the file, as the user named it
 * @param line the line, counted from 1
 */
public record SourcePosition(String file, int line) {

    @Override
    public String toString() {
        return file + ":" + line;
    }
}

package dev.waypoint.filter;

import java.util.function.Supplier;

/** Files that filters leave for operators, in a folder that the operator named and that is kept within bounds. */
public interface Recordings {

    /** The operator named no folder. */
    Recordings CLOSED = new Recordings() {
        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public void write(String name, Supplier<String> text) {}
    };

    /** Whether files are kept at all; if not, there is no need to record anything. */
    boolean isOpen();

    /**
     * Writes a file. Never waits: another thread makes the text and writes it; when too many wait, the file is left out, which is
     * counted.
     *
     * @param name the file's name: letters, digits, dots and dashes
     * @param text makes what it holds
     */
    void write(String name, Supplier<String> text);
}

package dev.waypoint.config;

import java.util.Optional;

/**
 * One problem of the configuration, or something to know about it, as a value. Findings are collected, never thrown: all problems of an object are reported at
 * once.
 *
 * @param severity whether the part concerned still works
 * @param ref the object to edit
 * @param position the file and line, where the object came from a file
 * @param path the path inside the object, such as {@code spec.limits[2].per}; empty for the object as a whole
 * @param value the actual value, printed; empty where there is none
 * @param expectation what was expected instead, as a sentence without a full stop
 */
public record Finding(
        Severity severity,
        ResourceRef ref,
        Optional<SourcePosition> position,
        String path,
        String value,
        String expectation) {

    /** How much a finding hurts. */
    public enum Severity {
        /** The part concerned does not work as written. */
        ERROR,
        /** It works, but probably not as intended. */
        WARNING,
        /** Nothing is wrong; something was passed over, and this says why. */
        INFO
    }

    /** An error without a position. */
    public static Finding error(ResourceRef ref, String path, String value, String expectation) {
        return new Finding(Severity.ERROR, ref, Optional.empty(), path, value, expectation);
    }

    /** A warning without a position. */
    public static Finding warning(ResourceRef ref, String path, String value, String expectation) {
        return new Finding(Severity.WARNING, ref, Optional.empty(), path, value, expectation);
    }

    /** A note without a position. */
    public static Finding info(ResourceRef ref, String path, String value, String expectation) {
        return new Finding(Severity.INFO, ref, Optional.empty(), path, value, expectation);
    }

    /** The same finding at a known place. */
    public Finding at(SourcePosition place) {
        return new Finding(severity, ref, Optional.of(place), path, value, expectation);
    }

    /** Prints the one message form: place, object, path, value, expectation. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        position.ifPresent(place -> text.append(place).append(": "));
        text.append(ref);
        if (!path.isEmpty()) {
            text.append(": ").append(path);
        }
        if (!value.isEmpty()) {
            text.append(" is ").append(value);
        }
        return text.append(": ").append(expectation).toString();
    }
}

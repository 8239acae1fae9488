package dev.waypoint.config;

import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The types that a component of a configuration record may have, and so the forms that configuration may take. */
sealed interface ValueShape {

    /** A value without parts. */
    sealed interface Scalar extends ValueShape {}

    /** Any text. */
    record Text() implements Scalar {}

    /** A whole number of 32 or 64 bits. */
    record Whole(boolean isLong) implements Scalar {}

    /** Any number. */
    record Decimal() implements Scalar {}

    /** True or false. */
    record Truth() implements Scalar {}

    /** Data of any form, kept as it is. */
    record Raw() implements Scalar {}

    /** One of the constants of an enum, by spelling and back. */
    record Choice(Map<String, Object> values, Map<Object, String> spellings) implements Scalar {}

    /** A duration in the form of {@link DurationText}. */
    record Span() implements Scalar {}

    /** A regular expression in the syntax of RE2. */
    record Regex() implements Scalar {}

    /** Text with a meaning of its own, see {@link Spelled}. */
    record Word(Class<?> type, MethodHandle parse, String pattern) implements Scalar {}

    /** A value that may be left out. */
    record Maybe(ValueShape element, Wrapping wrapping) implements ValueShape {}

    /** A list. */
    record Many(ValueShape element) implements ValueShape {}

    /** An object with arbitrary keys. */
    record Table(ValueShape element) implements ValueShape {}

    /** Another record; its shape is looked up when it is needed, so that records may be recursive. */
    record Nested(Class<? extends Record> type) implements ValueShape {}

    /** The type that stands for "perhaps". */
    enum Wrapping {
        OPTIONAL {
            @Override
            Object none() {
                return Optional.empty();
            }

            @Override
            Object some(Object value) {
                return Optional.of(value);
            }

            @Override
            Optional<?> unwrap(Object wrapped) {
                return (Optional<?>) wrapped;
            }
        },
        INT {
            @Override
            Object none() {
                return OptionalInt.empty();
            }

            @Override
            Object some(Object value) {
                return OptionalInt.of((Integer) value);
            }

            @Override
            Optional<?> unwrap(Object wrapped) {
                OptionalInt value = (OptionalInt) wrapped;
                return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
            }
        },
        LONG {
            @Override
            Object none() {
                return OptionalLong.empty();
            }

            @Override
            Object some(Object value) {
                return OptionalLong.of((Long) value);
            }

            @Override
            Optional<?> unwrap(Object wrapped) {
                OptionalLong value = (OptionalLong) wrapped;
                return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
            }
        },
        DOUBLE {
            @Override
            Object none() {
                return OptionalDouble.empty();
            }

            @Override
            Object some(Object value) {
                return OptionalDouble.of((Double) value);
            }

            @Override
            Optional<?> unwrap(Object wrapped) {
                OptionalDouble value = (OptionalDouble) wrapped;
                return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
            }
        };

        abstract Object none();

        abstract Object some(Object value);

        abstract Optional<?> unwrap(Object wrapped);
    }
}

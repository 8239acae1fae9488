package dev.waypoint.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a record: what must hold between its fields, in the language (CEL) that an API server checks before it takes an object. It is
 * for schemas; what reads the record says the same in Java, because objects from files meet no API server.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Rule.Several.class)
public @interface Rule {
    /** The expression; {@code self} is the record, with defaults filled in. */
    String cel();

    /** What was expected instead, for people. */
    String message();

    /** More than one. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        /** All of them. */
        Rule[] value();
    }
}

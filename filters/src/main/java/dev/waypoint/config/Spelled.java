package dev.waypoint.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a type that configuration writes as text. It has a {@code static} method {@code parse(String)}, which throws an
 * {@link IllegalArgumentException} that says what was expected, and a {@code toString()} which it reads back.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE})
public @interface Spelled {
    /** A regular expression for the JSON schema; empty for none. */
    String pattern() default "";
}

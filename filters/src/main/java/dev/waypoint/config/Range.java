package dev.waypoint.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The bounds, both included, of a number; of each number of a list or map. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT})
public @interface Range {
    /** The least value. */
    long min() default Long.MIN_VALUE;

    /** The greatest value. */
    long max() default Long.MAX_VALUE;
}

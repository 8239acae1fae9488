package dev.waypoint.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The bounds, both included, of the length of a text in code points, or of the number of entries of a list or map. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT})
public @interface Size {
    /** The least size. */
    int min() default 0;

    /** The greatest size. */
    int max() default Integer.MAX_VALUE;
}

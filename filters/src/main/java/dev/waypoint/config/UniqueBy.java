package dev.waypoint.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a list of records: no two have the same value in this field. For schemas, where it also tells an API server which entries of
 * two versions of the list are the same one; the record that holds the list checks it in Java.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface UniqueBy {
    /** The field's name; the field is required or has a default. */
    String value();
}

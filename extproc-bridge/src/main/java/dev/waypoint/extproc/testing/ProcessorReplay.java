package dev.waypoint.extproc.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a test method with a parameter of type {@link dev.waypoint.extproc.replay.Replay}: runs it once for each transcript.
 *
 * {@snippet :
 * @ProcessorReplay(value = "src/test/transcripts", ignoredHeaders = "x-request-id")
 * void answersAsBefore(Replay replay) {
 *     replay.against("localhost", server.port());
 * }
 * }
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ReplayExtension.class)
public @interface ProcessorReplay {

    /** Transcripts, or folders of them, relative to the working directory. */
    String[] value();

    /** Headers that do not matter. */
    String[] ignoredHeaders() default {};

    /** Fields of messages that do not matter, by their JSON names. */
    String[] ignoredFields() default {};

    /** How long a reply may take, in milliseconds. */
    long timeoutMillis() default 5000;
}

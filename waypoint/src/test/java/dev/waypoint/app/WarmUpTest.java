package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The life that the start-up cache is trained on: each of its requests is answered as expected. */
class WarmUpTest {

    @Test
    void everyRequestIsAnsweredAsExpected() {
        StringWriter problems = new StringWriter();
        int code = WarmUp.run(new PrintWriter(problems, true));
        assertThat(problems.toString()).isEmpty();
        assertThat(code).isZero();
    }
}

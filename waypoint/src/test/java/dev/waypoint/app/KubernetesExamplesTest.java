package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ValidateRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The walk-through for clusters has no mistakes, and nothing in it is without effect but what other controllers run. */
class KubernetesExamplesTest {

    @Test
    void allObjectsAreRight() {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);

        int status = new Commands(out, out)
                .validate(new ValidateRequest(
                        Path.of("..", "examples", "kubernetes"), Optional.empty(), false, false, false));

        assertThat(text.toString().lines())
                .allMatch(line -> line.contains("kind is Deployment: this kind is ignored")
                        || line.endsWith(" 0 errors, 4 warnings"));
        assertThat(status).isEqualTo(ExitCode.OK);
    }
}

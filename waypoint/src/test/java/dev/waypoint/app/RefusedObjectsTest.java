package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ValidateRequest;
import dev.waypoint.install.RefusedObjects;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API server refuses because of our schemas is refused in a folder, too. */
class RefusedObjectsTest {

    static List<RefusedObjects.Refused> objects() {
        return RefusedObjects.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objects")
    void aFolderIsToldTheSame(RefusedObjects.Refused refused) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);

        int status = new Commands(out, out)
                .validate(new ValidateRequest(refused.file(), Optional.empty(), false, false, false));

        assertThat(text.toString()).contains(refused.ours());
        assertThat(status).isEqualTo(ExitCode.NEGATIVE);
    }
}

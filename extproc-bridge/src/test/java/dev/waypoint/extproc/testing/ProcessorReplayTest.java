package dev.waypoint.extproc.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.Processor;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.replay.Replay;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A processor whose answers are held against recorded exchanges. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessorReplayTest {

    private static final Processor SHOUTING = exchange -> new ProcessorSession() {
        @Override
        public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none().set("x-edit", Long.toString(System.nanoTime())));
        }

        @Override
        public BodyAnswer onRequestBody(ByteString data, boolean end) {
            return BodyAnswer.replaced(
                    ByteString.copyFromUtf8(data.toStringUtf8().toUpperCase(Locale.ROOT)));
        }
    };

    private ProcessorServer server;

    @BeforeAll
    void serve() throws IOException {
        server = ProcessorServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new ProcessorService(SHOUTING));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ProcessorReplay(value = "src/test/transcripts", ignoredHeaders = "X-Edit")
    void answersAsRecorded(Replay replay) {
        assertThat(replay.transcript().sent()).isNotEmpty();
        replay.against("127.0.0.1", server.port());
    }
}

package dev.waypoint.app;

import dev.waypoint.cli.RunRequest;
import dev.waypoint.observe.RecordingFolder;
import java.io.IOException;
import java.util.Optional;

/** Opens the folder of transcripts, if the user named one. */
final class RecordingSetup implements AutoCloseable {

    private final Optional<RecordingFolder> folder;

    private RecordingSetup(Optional<RecordingFolder> folder) {
        this.folder = folder;
    }

    /** @throws IOException if there is no such folder, and it cannot be made */
    static RecordingSetup open(RunRequest.Logs logs) throws IOException {
        if (logs.transcripts().isEmpty()) {
            return new RecordingSetup(Optional.empty());
        }
        RunRequest.Transcripts wish = logs.transcripts().get();
        return new RecordingSetup(Optional.of(
                new RecordingFolder(wish.folder(), new RecordingFolder.Bounds(wish.files(), wish.bytes()))));
    }

    /** To be called before the proxy has filters. */
    void use(Waypoint waypoint) {
        folder.ifPresent(waypoint.meters().filters()::recordIn);
    }

    @Override
    public void close() {
        folder.ifPresent(RecordingFolder::close);
    }
}

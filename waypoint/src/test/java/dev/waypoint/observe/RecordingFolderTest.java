package dev.waypoint.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingFolderTest {

    @TempDir
    Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theOldestFilesMakeRoom() throws IOException {
        Files.writeString(folder.resolve("0.jsonl"), "from the run before");
        Files.writeString(folder.resolve("0.txt"), "somebody else's");
        RecordingFolder recordings = new RecordingFolder(folder, new RecordingFolder.Bounds(2, 1000));
        assertThat(recordings.isOpen()).isTrue();
        recordings.write("1", () -> "a");
        recordings.write("2/../x", () -> "b");
        recordings.close();
        assertThat(recordings.written()).isEqualTo(2);
        assertThat(files()).containsExactly("0.txt", "1.jsonl", "2_.._x.jsonl");
    }

    @Test
    void bytesAreBoundedToo() throws IOException {
        try (RecordingFolder recordings = new RecordingFolder(folder, new RecordingFolder.Bounds(100, 10))) {
            recordings.write("1", () -> "123456");
            recordings.write("2", () -> "123456");
        }
        assertThat(files()).containsExactly("2.jsonl");
    }

    @Test
    void whatCannotBeWrittenIsCountedAndTheRestGoesOn() throws IOException {
        RecordingFolder recordings = new RecordingFolder(folder, new RecordingFolder.Bounds(100, 1000));
        recordings.write("1", () -> {
            throw new IllegalStateException("no text");
        });
        recordings.write("2", () -> "b");
        recordings.close();
        assertThat(recordings.failed()).isEqualTo(1);
        assertThat(files()).containsExactly("2.jsonl");
    }

    @Test
    void nobodyWaitsForTheWriter() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RecordingFolder recordings = new RecordingFolder(folder, new RecordingFolder.Bounds(1000, 100_000))) {
            for (int i = 0; i < 400; i++) {
                recordings.write("" + i, () -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return "x";
                });
            }
            assertThat(recordings.lost()).isBetween(100L, 150L);
            go.countDown();
        }
    }
}

package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.List;

/** What the commands for authors of processors ask to be done. Each returns an {@link ExitCode}. */
public interface ProcessorOperations {

    /** Lists the transcripts of a folder. */
    int listTranscripts(Path folder);

    /** Shows transcripts, which may be named by folder. */
    int showTranscripts(List<Path> files);

    /** Checks a processor and prints a report. */
    int check(CheckProcessorRequest request);

    /** Plays transcripts against a processor. */
    int replay(ReplayRequest request);
}

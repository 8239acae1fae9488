package dev.waypoint.app;

import dev.waypoint.cli.LogFormat;
import dev.waypoint.cli.RunRequest;
import dev.waypoint.observe.AccessLog;
import dev.waypoint.observe.AccessLogFormat;
import dev.waypoint.observe.AccessLogMode;
import dev.waypoint.observe.ExchangeObserver;
import dev.waypoint.observe.LineWriter;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * The access log on standard output, if there is to be one.
 *
 * @param writer writes its lines; empty if it is off
 * @param observers the log as the engine sees it; at most one
 */
record ExchangeLog(Optional<LineWriter> writer, List<ExchangeObserver> observers) implements AutoCloseable {

    ExchangeLog {
        observers = List.copyOf(observers);
    }

    /**
     * Opens the log.
     *
     * @param logs how lines look
     * @param mode which exchanges it shows
     */
    static ExchangeLog open(RunRequest.Logs logs, AccessLogMode mode) {
        if (mode instanceof AccessLogMode.Off) {
            return new ExchangeLog(Optional.empty(), List.of());
        }
        LineWriter lines = new LineWriter(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 65536));
        AccessLogFormat format = logs.format() == LogFormat.json ? AccessLogFormat.JSON : AccessLogFormat.TEXT;
        return new ExchangeLog(Optional.of(lines), List.of(new AccessLog(mode, format, lines)));
    }

    @Override
    public void close() {
        writer.ifPresent(LineWriter::close);
    }
}

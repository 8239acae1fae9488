package dev.waypoint.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import com.google.auto.service.AutoService;
import dev.waypoint.cli.LogFormat;
import org.slf4j.LoggerFactory;

/** The program's own log, to standard error. In code, since reading a logging configuration from XML takes longer than to start. */
@AutoService(Configurator.class)
public final class LoggingSetup extends ContextAwareBase implements Configurator {

    /** What is logged before anybody said how. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        apply(context, LogFormat.text, "warn");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Logs as the user wishes from now on. */
    static void apply(LogFormat format, String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(context, format, level);
        }
    }

    private static void apply(LoggerContext context, LogFormat format, String level) {
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, format));
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        Level own = Level.toLevel(level, Level.INFO);
        root.setLevel(own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN);
        context.getLogger("dev.waypoint").setLevel(own);
        // It warns of each kind whose version is not stable, as those of ours are not yet: that is no news to anybody.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.ERROR);
        // It tells of each attempt to reach a store that is away; that it is away is said once, by those who ask it.
        context.getLogger("io.lettuce").setLevel(Level.ERROR);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        return switch (format) {
            case text -> {
                PatternLayoutEncoder encoder = new PatternLayoutEncoder();
                encoder.setContext(context);
                encoder.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0} - %msg%n%ex");
                encoder.start();
                yield encoder;
            }
            case json -> {
                JsonEncoder encoder = new JsonEncoder();
                encoder.setContext(context);
                encoder.setWithSequenceNumber(false);
                encoder.setWithNanoseconds(false);
                encoder.setWithContext(false);
                encoder.setWithMDC(false);
                encoder.setWithMarkers(false);
                encoder.setWithKVPList(false);
                encoder.setWithArguments(false);
                encoder.setWithMessage(false);
                encoder.setWithFormattedMessage(true);
                encoder.start();
                yield encoder;
            }
        };
    }
}

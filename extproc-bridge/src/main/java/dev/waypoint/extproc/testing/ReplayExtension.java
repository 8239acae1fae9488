package dev.waypoint.extproc.testing;

import dev.waypoint.extproc.replay.Replay;
import dev.waypoint.extproc.replay.ReplaySettings;
import dev.waypoint.extproc.transcript.TranscriptFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs the methods that have {@link ProcessorReplay}. */
public final class ReplayExtension implements TestTemplateInvocationContextProvider {

    /** Called by JUnit. */
    public ReplayExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), ProcessorReplay.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        ProcessorReplay wish = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), ProcessorReplay.class)
                .orElseThrow(() -> new ExtensionConfigurationException("the method has no @ProcessorReplay"));
        ReplaySettings settings = ReplaySettings.of(
                List.of(wish.ignoredHeaders()), List.of(wish.ignoredFields()), Duration.ofMillis(wish.timeoutMillis()));
        List<Path> files;
        try {
            files = TranscriptFiles.find(
                    Arrays.stream(wish.value()).map(Path::of).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("the transcripts cannot be listed", e);
        }
        if (files.isEmpty()) {
            throw new ExtensionConfigurationException(Arrays.toString(wish.value())
                    + " holds no transcript, expected files that end with " + TranscriptFiles.SUFFIX);
        }
        return files.stream().map(file -> new Invocation(replay(file, settings)));
    }

    private static Replay replay(Path file, ReplaySettings settings) {
        try {
            return new Replay(file.getFileName().toString(), TranscriptFiles.read(file), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** One run of the method. */
    private record Invocation(Replay replay) implements TestTemplateInvocationContext, ParameterResolver {

        @Override
        public String getDisplayName(int index) {
            return replay.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Replay.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return replay;
        }
    }
}

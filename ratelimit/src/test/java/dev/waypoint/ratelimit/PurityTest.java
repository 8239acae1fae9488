package dev.waypoint.ratelimit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The module computes: no sockets, no files, no threads, no clock but the one it is given. */
class PurityTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.waypoint.ratelimit");

    @Test
    void nothingTouchesTheOutsideWorld() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "io.netty..",
                        "com.linecorp..")
                .check(CLASSES);
    }

    @Test
    void nothingStartsThreads() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.(Timer.*|concurrent\\.(Executor.*|ForkJoin.*|CompletableFuture.*|.*Pool.*))")
                .check(CLASSES);
    }

    @Test
    void onlyTheSystemClockReadsTheMachinesClock() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SystemClock")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "it reads a clock",
                        call -> call.getTarget().getName().matches("nanoTime|currentTimeMillis|now|systemUTC")
                                && call.getTargetOwner().getName().startsWith("java.")))
                .check(CLASSES);
    }
}

package dev.waypoint.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.waypoint");

    /** What each room of the product may see; itself and the libraries besides. Data walks from the left to the right. */
    private static final Map<String, List<String>> ROOMS = Map.ofEntries(
            Map.entry("config", List.of()),
            Map.entry("filter", List.of("config")),
            Map.entry("filters", List.of("config", "filter", "ratelimit")),
            Map.entry("ratelimit", List.of()),
            Map.entry("extproc", List.of("config", "filter", "filters")),
            Map.entry("api", List.of("config")),
            Map.entry("ir", List.of("config", "filter")),
            Map.entry("message", List.of("config", "filter", "ir")),
            Map.entry("observe", List.of("config", "filter", "ir")),
            Map.entry("tls", List.of("config", "filter", "ir")),
            Map.entry("upstream", List.of("config", "filter", "ir", "message", "observe", "tls")),
            Map.entry("plan", List.of("config", "filter", "ir", "message", "observe", "upstream")),
            Map.entry("engine", List.of("config", "filter", "ir", "message", "observe", "upstream", "plan")),
            Map.entry("transport", List.of("config", "filter", "ir", "message", "tls")),
            Map.entry("explain", List.of("config", "filter", "ir", "plan", "upstream")),
            Map.entry("simulate", List.of("api", "config", "filter", "gatewayapi", "source")),
            Map.entry("install", List.of("api", "config", "filter")),
            Map.entry("cli", List.of("observe")));

    private static final String[] ARMERIA_ENDS = {"com.linecorp.armeria.server..", "com.linecorp.armeria.client.."};

    static Stream<String> rooms() {
        return ROOMS.keySet().stream().sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rooms")
    void aRoomSeesOnlyWhatItMay(String room) {
        Set<String> allowed = new TreeSet<>(ROOMS.getOrDefault(room, List.of()));
        allowed.add(room);
        String[] forbidden = PRODUCT.stream()
                .map(type -> type.getPackageName())
                .filter(name -> name.startsWith("dev.waypoint."))
                .map(name -> name.split("\\.", 4)[2])
                .distinct()
                .filter(other -> !allowed.contains(other))
                .map(other -> "dev.waypoint." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.waypoint." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    /** The engine, and whatever decides, knows neither who moves the bytes nor how. */
    @Test
    void whatDecidesKnowsNoTransport() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.waypoint.engine..",
                        "dev.waypoint.plan..",
                        "dev.waypoint.ir..",
                        "dev.waypoint.gatewayapi..",
                        "dev.waypoint.filter")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ARMERIA_ENDS)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.channel..");
        rule.because("a transport is exchangeable as long as nothing else touches its classes")
                .check(PRODUCT);
    }

    /** Streams to processors live on the request's own event loop, so the bridge's client alone knows Netty's. */
    @Test
    void theBridgeKnowsChannelsInItsClientOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.waypoint.extproc..")
                .and()
                .resideOutsideOfPackage("dev.waypoint.extproc.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ARMERIA_ENDS)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.channel..")
                .check(PRODUCT);
    }

    @Test
    void limitsAndDecidedRecordsArePure() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.waypoint.ratelimit..", "dev.waypoint.gatewayapi..", "dev.waypoint.ir..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "java.nio.channels..", "java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Socket.class, ServerSocket.class, Files.class)
                .because("they are tested without sockets, files and clocks")
                .check(PRODUCT);
    }

    @Test
    void onlyTheCompositionRootPutsRoomsTogether() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.waypoint.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.waypoint.app..")
                .check(PRODUCT);
    }

    /** Filters are found by name; the product names none of them, the bridge's neither. */
    @Test
    void theProductNamesNoFilterOfTheBridge() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.waypoint.engine..", "dev.waypoint.plan..", "dev.waypoint.upstream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.waypoint.extproc..", "dev.waypoint.filters..", "dev.waypoint.ratelimit..")
                .check(PRODUCT);
    }

    /** But for a reader of Envoy's configuration, which has Envoy's names. */
    @Test
    void namesSayWhatAThingIs() {
        classes()
                .that()
                .resideInAPackage("dev.waypoint..")
                .and()
                .resideOutsideOfPackage("dev.waypoint.source.envoy..")
                .should()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Impl")
                .check(PRODUCT);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = PRODUCT.stream()
                .map(type -> type.getPackage())
                .filter(each -> each.getName().startsWith("dev.waypoint"))
                .filter(each -> !isGenerated(each))
                .filter(each -> each.getClasses().stream()
                        .anyMatch(type -> !type.getSimpleName().equals("package-info")))
                .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }

    private static boolean isGenerated(JavaPackage each) {
        return each.getClasses().stream()
                .anyMatch(type -> type.isAssignableTo("com.google.protobuf.GeneratedFile")
                        || type.isAssignableTo("com.google.protobuf.GeneratedMessage"));
    }
}

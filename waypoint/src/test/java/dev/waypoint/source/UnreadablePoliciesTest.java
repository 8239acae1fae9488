package dev.waypoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.UnreadablePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands for a policy that cannot be read comes and goes with it. */
class UnreadablePoliciesTest {

    private static final String POLICY = """
            apiVersion: waypoint.dev/v1alpha1
            kind: HttpFilter
            metadata: {name: guard}
            spec:
              targetRefs: [{kind: HTTPRoute, name: shop}, {kid: HTTPRoute}]
              filter: api-key
              phase: %s
            """;
    private static final String GOOD = POLICY.replace(", {kid: HTTPRoute}", "").formatted("PostRouting");
    private static final String BAD = POLICY.formatted("Soon");

    @TempDir
    Path folder;

    private ResourceSet read(String text, ResourceSet before) throws IOException {
        Files.writeString(folder.resolve("c.yaml"), text);
        return ResourceReader.read(new FolderSource(folder).load(), before);
    }

    private static List<String> standIns(ResourceSet set) {
        return set.all(Kinds.UNREADABLE_POLICY).stream()
                .map(policy -> policy.spec().policy() + " -> "
                        + policy.spec().targetRefs().stream()
                                .map(target -> target.name())
                                .toList())
                .toList();
    }

    @Test
    void itStandsUntilThePolicyCanBeRead() throws IOException {
        ResourceSet bad = read(BAD, ResourceSet.EMPTY);
        assertThat(standIns(bad)).containsExactly("HttpFilter default/guard -> [shop]");
        assertThat(bad.find(UnreadablePolicy.standIn(Kinds.HTTP_FILTER.ref("default", "guard"))))
                .as("not an object that others may name")
                .isEmpty();
        assertThat(standIns(read(BAD, bad))).hasSize(1);
        ResourceSet good = read(GOOD, bad);
        assertThat(standIns(good)).isEmpty();
        assertThat(good.unreadable()).isEmpty();
    }

    @Test
    void theLastGoodVersionNeedsNoStandIn() throws IOException {
        ResourceSet good = read(GOOD, ResourceSet.EMPTY);
        ResourceSet broken = read(BAD, good);
        assertThat(standIns(broken)).isEmpty();
        assertThat(broken.find(Kinds.HTTP_FILTER, "default", "guard")).isPresent();
        assertThat(broken.unreadable()).hasSize(1);
    }

    @Test
    void itGoesWithThePolicy() throws IOException {
        ResourceSet bad = read(BAD, ResourceSet.EMPTY);
        assertThat(standIns(read("# nothing", bad))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "readable              | {kind: HTTPRoute, matchLabels: {tier: public}}                   | {tier=public} 0",
                "an unknown field      | {kind: HTTPRoute, matchLabels: {tier: public}, matches: []}      | {tier=public} 0",
                "one of two labels     | {kind: HTTPRoute, matchLabels: {tier: public, team: [a]}}        | {tier=public} 0",
                "one of two conditions | {kind: HTTPRoute, matchExpressions: [{key: a, operator: Exists},"
                        + " {key: b, operator: Is}]}                                                   | {} 1",
                "no condition          | {kind: HTTPRoute, matchExpressions: [{key: b, operator: Is}]}    | none",
                "no kind               | {matchLabels: {tier: public}}                                    | none",
            })
    void whatItSelectsIsGuardedAsFarAsItCanBeMadeOut(String name, String selector, String selected) throws IOException {
        ResourceSet bad = read("""
                apiVersion: waypoint.dev/v1alpha1
                kind: RateLimitPolicy
                metadata: {name: limits}
                spec: {targetSelectors: [%s], limit: []}
                """.formatted(selector), ResourceSet.EMPTY);
        String guarded = bad.all(Kinds.UNREADABLE_POLICY).stream()
                .flatMap(policy -> policy.spec().targetSelectors().stream())
                .map(found ->
                        found.matchLabels() + " " + found.matchExpressions().size())
                .findFirst()
                .orElse("none");
        assertThat(guarded).isEqualTo(selected);
    }

    @Test
    void withoutTargetsThereIsNothingToGuard() throws IOException {
        ResourceSet bad = read(BAD.replace("name: shop", "nam: shop"), ResourceSet.EMPTY);
        assertThat(standIns(bad)).isEmpty();
        assertThat(bad.findings()).noneMatch(finding -> finding.toString().contains("500"));
    }
}

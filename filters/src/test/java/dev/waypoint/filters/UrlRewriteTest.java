package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.FilterHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlRewriteTest {

    @Test
    void keepsTheContract() {
        ConfigContract.check(
                new UrlRewrite(),
                "{hostname: 'in.example', path: {type: 'ReplacePrefixMatch', replacePrefixMatch: '/x'}, matchedPrefix: '/y'}");
        ConfigContract.check(
                new UrlRewrite(),
                "{path: {type: 'ReplaceRegexMatch', replaceRegexMatch: {pattern: '^/(a)', substitution: '/$1'}}}");
    }

    private static RequestHead rewrite(String path, String config) {
        return FilterHarness.of(new UrlRewrite(), config).send("GET", path).forwarded();
    }

    @ParameterizedTest(name = "{0} with prefix {1} replaced by {2} gives {3}")
    @CsvSource({
        "/foo/bar,    /foo,  /xyz,  /xyz/bar",
        "/foo/bar,    /foo,  /xyz/, /xyz/bar",
        "/foo/bar,    /foo/, /xyz,  /xyz/bar",
        "/foo,        /foo,  /xyz,  /xyz",
        "/foo/,       /foo,  /xyz,  /xyz/",
        "/foo/bar,    /foo,  '',    /bar",
        "/foo/bar,    /foo,  /,     /bar",
        "/foo/,       /foo,  '',    /",
        "/foo,        /foo,  '',    /",
        "/foo/,       /foo,  /,     /",
        "/foo,        /foo,  /,     /",
        "/foo?q=1,    /foo,  /xyz,  /xyz?q=1",
        "/foo//bar,   /foo,  '',    /bar",
        "/foo//bar,   /foo,  /xyz,  /xyz//bar",
        "/foo/a%2Fb,  /foo,  /xyz,  /xyz/a%2Fb",
        "/a/../foo/b, /foo,  /xyz,  /xyz/b",
        "/%66oo/b,    /foo,  /xyz,  /xyz/b",
        "/foobar,     /foo,  /xyz,  /foobar",
        "/any/where,  /,     /xyz,  /xyz/any/where",
        "/,           /,     /xyz,  /xyz/"
    })
    void replacesThePrefixByElements(String path, String prefix, String replacement, String expected) {
        String config = "{path: {type: 'ReplacePrefixMatch', replacePrefixMatch: '" + replacement
                + "'}, matchedPrefix: '" + prefix + "'}";
        assertThat(rewrite(path, config).path()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1} gives {3}")
    @CsvSource({
        "full path,         /a/b?q=1,    '{type: ''ReplaceFullPath'', replaceFullPath: ''/new''}', /new?q=1",
        "full path bare,    /a/b,        '{type: ''ReplaceFullPath'', replaceFullPath: ''new''}', /new",
        "text,              /p/abc,      '{type: ''ReplacePrefixText'', replacePrefixText: ''/v1''}', /v1bc",
        "expression,        /v1/u/7?q=1, '{type: ''ReplaceRegexMatch'', replaceRegexMatch: {pattern: ''/u/([0-9]+)'', substitution: ''/users/$1''}}', /v1/users/7?q=1",
        "named group,       /u/7,        '{type: ''ReplaceRegexMatch'', replaceRegexMatch: {pattern: ''/u/(?P<id>[0-9]+)'', substitution: ''//${id}''}}', /7",
    })
    void replacesOtherwise(String name, String path, String config, String expected) {
        assertThat(rewrite(path, "{matchedPrefix: '/p/a', path: " + config + "}")
                        .path())
                .isEqualTo(expected);
    }

    @Test
    void replacesTheHost() {
        assertThat(rewrite("/x", "{hostname: 'in.example'}").authority()).isEqualTo("in.example");
    }

    @Test
    void refusesNonsense() {
        assertThat(FilterHarness.findings(new UrlRewrite(), "{}"))
                .containsExactly("config: nothing is rewritten: expected a hostname or a path");
        assertThat(FilterHarness.findings(
                        new UrlRewrite(), "{path: {type: 'ReplaceFullPath', replacePrefixMatch: '/'}}"))
                .containsExactly(
                        "config.path: the field for the type is missing: expected a replacement in replaceFullPath");
        assertThat(FilterHarness.findings(
                        new UrlRewrite(), "{path: {type: 'ReplaceFullPath', replaceFullPath: '/a?b'}}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("expected a path only");
        assertThat(FilterHarness.findings(
                        new UrlRewrite(),
                        "{path: {type: 'ReplaceRegexMatch', replaceRegexMatch: {pattern: '(a)', substitution: '$2'}}}"))
                .containsExactly("config.path.replaceRegexMatch: the substitution names the group 2,"
                        + " which the pattern does not have");
    }
}

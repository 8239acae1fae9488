package dev.waypoint.extproc.state;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import java.util.Optional;

/**
 * What a processor may change; the fields are those of Envoy's {@code HeaderMutationRules}.
 *
 * @param allowAllRouting permits {@code host}, {@code :authority}, {@code :scheme} and {@code :method}
 * @param allowEnvoy permits headers that begin with {@code x-envoy}
 * @param disallowSystem forbids all pseudo headers
 * @param disallowAll forbids all that {@code allowExpression} does not match
 * @param allowExpression RE2, matches whole names; beats all other fields but {@code disallowExpression}
 * @param disallowExpression RE2, matches whole names; beats all
 * @param disallowIsError whether a refused change is an error, else it is left out
 */
public record MutationRules(
        @Default("false") @Doc("Permits host, :authority, :scheme and :method.")
        boolean allowAllRouting,

        @Default("false") @Doc("Permits headers that begin with x-envoy.")
        boolean allowEnvoy,

        @Default("false") @Doc("Forbids all pseudo headers.")
        boolean disallowSystem,

        @Default("false") @Doc("Forbids all that allowExpression does not match.")
        boolean disallowAll,

        @Doc("RE2, matches whole names; beats all other fields but disallowExpression.")
        Optional<String> allowExpression,

        @Doc("RE2, matches whole names; beats all.") Optional<String> disallowExpression,

        @Default("false") @Doc("Whether a refused change is an error; else it is left out.")
        boolean disallowIsError) {

    /** Envoy's defaults: routing headers and {@code x-envoy-*} are protected. */
    public static final MutationRules DEFAULT =
            new MutationRules(false, false, false, false, Optional.empty(), Optional.empty(), false);

    public MutationRules {
        allowExpression.ifPresent(text -> compile("allowExpression", text));
        disallowExpression.ifPresent(text -> compile("disallowExpression", text));
    }

    private static void compile(String field, String text) {
        try {
            Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    field + " is '" + text + "', expected an RE2 expression: " + e.getMessage(), e);
        }
    }
}

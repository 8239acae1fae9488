package dev.waypoint.extproc;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.waypoint.filter.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Facts about an exchange that a processor is told: CEL expressions over the attributes of
 * <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes">Envoy's vocabulary</a>. What
 * cannot be evaluated is left out.
 */
final class Attributes {

    private final Map<String, CelRuntime.Program> programs = new LinkedHashMap<>();

    /**
     * @param expressions expressions by the name of their result
     * @throws IllegalArgumentException if one of them is not CEL
     */
    Attributes(Map<String, String> expressions) {
        expressions.forEach((name, expression) -> programs.put(name, Cel.compile(expression)));
    }

    boolean isEmpty() {
        return programs.isEmpty();
    }

    Struct evaluate(Exchange exchange) {
        AttributeFacts facts = new AttributeFacts(exchange);
        Struct.Builder struct = Struct.newBuilder();
        programs.forEach((name, program) -> {
            try {
                struct.putFields(name, print(program.eval(facts::find)));
            } catch (CelEvaluationException missing) {
                // Envoy leaves out what it cannot evaluate; most often a header is not there.
            }
        });
        return struct.build();
    }

    private static Value print(Object result) {
        Value.Builder value = Value.newBuilder();
        return switch (result) {
            case Boolean truth -> value.setBoolValue(truth).build();
            case Number number -> value.setNumberValue(number.doubleValue()).build();
            case String text -> value.setStringValue(text).build();
            case Map<?, ?> map -> value.setStringValue("CelMap value").build();
            case List<?> list -> value.setStringValue("CelList value").build();
            default -> value.setStringValue(result.toString()).build();
        };
    }

    /** The compiler takes a while to load, so only configurations with attributes touch it. */
    private static final class Cel {

        private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .build();

        private static final CelRuntime RUNTIME =
                CelRuntimeFactory.plannerRuntimeBuilder().build();

        private Cel() {}

        static CelRuntime.Program compile(String expression) {
            try {
                CelAbstractSyntaxTree tree = COMPILER.parse(expression).getAst();
                return RUNTIME.createProgram(tree);
            } catch (CelValidationException | CelEvaluationException e) {
                throw new IllegalArgumentException(
                        "attribute is '" + expression + "', expected a CEL expression: " + e.getMessage(), e);
            }
        }
    }
}

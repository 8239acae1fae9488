package dev.waypoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Finds the shape of a Java type. */
final class ValueShapes {

    private ValueShapes() {}

    /**
     * The shape of a type.
     *
     * @throws IllegalStateException if configuration records cannot have components of this type: a mistake of their author
     */
    static ValueShape of(Type type) {
        return switch (type) {
            case Class<?> plain -> ofClass(plain);
            case ParameterizedType generic -> ofGeneric(generic);
            default -> throw unsupported(type);
        };
    }

    private static ValueShape ofGeneric(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return new ValueShape.Maybe(of(arguments[0]), ValueShape.Wrapping.OPTIONAL);
        }
        if (type.getRawType() == List.class) {
            return new ValueShape.Many(of(arguments[0]));
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            return new ValueShape.Table(of(arguments[1]));
        }
        throw unsupported(type);
    }

    private static ValueShape ofClass(Class<?> type) {
        if (type == String.class) {
            return new ValueShape.Text();
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return new ValueShape.Whole(type == long.class || type == Long.class);
        }
        if (type == double.class || type == Double.class) {
            return new ValueShape.Decimal();
        }
        if (type == boolean.class || type == Boolean.class) {
            return new ValueShape.Truth();
        }
        if (type == Duration.class) {
            return new ValueShape.Span();
        }
        if (type == Pattern.class) {
            return new ValueShape.Regex();
        }
        if (JsonNode.class.isAssignableFrom(type)) {
            return new ValueShape.Raw();
        }
        return ofStructuredClass(type);
    }

    private static ValueShape ofStructuredClass(Class<?> type) {
        if (type == OptionalInt.class) {
            return new ValueShape.Maybe(new ValueShape.Whole(false), ValueShape.Wrapping.INT);
        }
        if (type == OptionalLong.class) {
            return new ValueShape.Maybe(new ValueShape.Whole(true), ValueShape.Wrapping.LONG);
        }
        if (type == OptionalDouble.class) {
            return new ValueShape.Maybe(new ValueShape.Decimal(), ValueShape.Wrapping.DOUBLE);
        }
        if (type.isAnnotationPresent(Spelled.class)) {
            return word(type);
        }
        if (type.isEnum()) {
            return choice(type);
        }
        if (type.isRecord()) {
            return new ValueShape.Nested(type.asSubclass(Record.class));
        }
        throw unsupported(type);
    }

    private static ValueShape.Choice choice(Class<?> type) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<Object, String> spellings = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            String spelling = spelling((Enum<?>) constant);
            values.put(spelling, constant);
            spellings.put(constant, spelling);
        }
        return new ValueShape.Choice(values, spellings);
    }

    private static String spelling(Enum<?> constant) {
        try {
            Name name = constant.getDeclaringClass().getField(constant.name()).getAnnotation(Name.class);
            return name == null ? constant.name() : name.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ValueShape.Word word(Class<?> type) {
        try {
            MethodHandle parse = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findStatic(type, "parse", MethodType.methodType(type, String.class));
            return new ValueShape.Word(
                    type,
                    parse.asType(MethodType.methodType(Object.class, String.class)),
                    type.getAnnotation(Spelled.class).pattern());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is @Spelled but has no static parse(String) of its own type", e);
        }
    }

    private static IllegalStateException unsupported(Type type) {
        return new IllegalStateException(
                "a configuration record has a component of type " + type.getTypeName() + ", which cannot be read");
    }
}

package dev.waypoint.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a record type before any value is read: computed once per class.
 *
 * @param fields the fields by name, in the order of the components
 * @param constructor takes an array of the components' values
 * @param lenient whether unknown fields are ignored
 * @param doc the type's documentation, possibly empty
 * @param rules what must hold between the fields
 */
record RecordShape(Map<String, Field> fields, MethodHandle constructor, boolean lenient, String doc, List<Rule> rules) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return compute(type);
        }
    };

    /** Bounds of numbers and sizes. */
    record Bounds(long min, long max, int minSize, int maxSize) {

        static final Bounds NONE = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE, 0, Integer.MAX_VALUE);

        boolean limitsSize() {
            return minSize > 0 || maxSize != Integer.MAX_VALUE;
        }

        /** What remains for the entries of a list or map whose size was checked. */
        Bounds ofEntries() {
            return limitsSize() ? new Bounds(min, max, 0, Integer.MAX_VALUE) : this;
        }
    }

    /** One field. */
    record Field(
            String name,
            int index,
            ValueShape shape,
            Optional<JsonNode> defaultJson,
            Bounds bounds,
            Notes notes,
            MethodHandle accessor) {

        boolean isRequired() {
            return defaultJson.isEmpty()
                    && switch (shape) {
                        case ValueShape.Maybe _ -> false;
                        case ValueShape.Many _, ValueShape.Table _ -> bounds.minSize() > 0;
                        case ValueShape.Scalar _, ValueShape.Nested _ -> true;
                    };
        }

        boolean isSensitive() {
            return notes.sensitive();
        }
    }

    /** What does not bear on reading: documentation, whether the value may be shown, what tells entries apart, possibly empty. */
    record Notes(String doc, boolean sensitive, String uniqueBy) {}

    static RecordShape of(Class<? extends Record> type) {
        return SHAPES.get(type);
    }

    private static RecordShape compute(Class<?> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        List<Class<?>> types = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (RecordComponent component : type.getRecordComponents()) {
                Field field = field(type, component, types.size(), lookup);
                fields.put(field.name(), field);
                types.add(component.getType());
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
            Doc doc = type.getAnnotation(Doc.class);
            return new RecordShape(
                    fields,
                    constructor,
                    type.isAnnotationPresent(Lenient.class),
                    doc == null ? "" : doc.value(),
                    List.of(type.getAnnotationsByType(Rule.class)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot reach the components of " + type.getName(), e);
        }
    }

    private static Field field(Class<?> type, RecordComponent component, int index, MethodHandles.Lookup lookup)
            throws IllegalAccessException {
        Name name = component.getAnnotation(Name.class);
        MethodHandle accessor = lookup.unreflect(component.getAccessor());
        try {
            return new Field(
                    name == null ? component.getName() : name.value(),
                    index,
                    ValueShapes.of(component.getGenericType()),
                    defaultJson(component.getAnnotation(Default.class)),
                    bounds(component.getAnnotation(Range.class), component.getAnnotation(Size.class)),
                    notes(component),
                    accessor.asType(MethodType.methodType(Object.class, Object.class)));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(type.getName() + "." + component.getName() + ": " + e.getMessage(), e);
        }
    }

    private static Notes notes(RecordComponent component) {
        Doc doc = component.getAnnotation(Doc.class);
        UniqueBy unique = component.getAnnotation(UniqueBy.class);
        return new Notes(
                doc == null ? "" : doc.value(),
                component.isAnnotationPresent(Sensitive.class),
                unique == null ? "" : unique.value());
    }

    private static Bounds bounds(@Nullable Range range, @Nullable Size size) {
        if (range == null && size == null) {
            return Bounds.NONE;
        }
        return new Bounds(
                range == null ? Long.MIN_VALUE : range.min(),
                range == null ? Long.MAX_VALUE : range.max(),
                size == null ? 0 : size.min(),
                size == null ? Integer.MAX_VALUE : size.max());
    }

    private static Optional<JsonNode> defaultJson(@Nullable Default annotation) {
        if (annotation == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(annotation.value()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("its default is " + annotation.value() + ", which is not JSON", e);
        }
    }
}

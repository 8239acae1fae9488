package dev.waypoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.RecordComponents.Component;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a record type before any value is read: computed once per class.
 *
 * @param fields the fields by name, in the order of the components
 * @param components what the fields are read from
 * @param lenient whether unknown fields are ignored
 * @param doc the type's documentation, possibly empty
 * @param rules what must hold between the fields
 */
record RecordShape(
        Map<String, Field> fields, RecordComponents components, boolean lenient, String doc, List<Rule> rules) {

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

    /**
     * One field.
     *
     * @param name in configuration
     */
    record Field(String name, Component component, ValueShape shape, Bounds bounds, Notes notes) {

        Optional<JsonNode> defaultJson() {
            return component.defaultJson();
        }

        boolean isRequired() {
            return defaultJson().isEmpty()
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
        RecordComponents components = RecordComponents.of(type);
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Component component : components.all()) {
            Field field = field(component);
            fields.put(field.name(), field);
        }
        return new RecordShape(
                fields,
                components,
                type.isAnnotationPresent(Lenient.class),
                Optional.ofNullable(type.getAnnotation(Doc.class))
                        .map(Doc::value)
                        .orElse(""),
                List.of(type.getAnnotationsByType(Rule.class)));
    }

    private static Field field(Component component) {
        try {
            return new Field(
                    component.annotation(Name.class).map(Name::value).orElseGet(component::name),
                    component,
                    ValueShapes.of(component.type()),
                    bounds(component.annotation(Range.class), component.annotation(Size.class)),
                    new Notes(
                            component.annotation(Doc.class).map(Doc::value).orElse(""),
                            component.annotation(Sensitive.class).isPresent(),
                            component
                                    .annotation(UniqueBy.class)
                                    .map(UniqueBy::value)
                                    .orElse("")));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(component + ": " + e.getMessage(), e);
        }
    }

    private static Bounds bounds(Optional<Range> range, Optional<Size> size) {
        if (range.isEmpty() && size.isEmpty()) {
            return Bounds.NONE;
        }
        return new Bounds(
                range.map(Range::min).orElse(Long.MIN_VALUE),
                range.map(Range::max).orElse(Long.MAX_VALUE),
                size.map(Size::min).orElse(0),
                size.map(Size::max).orElse(Integer.MAX_VALUE));
    }
}

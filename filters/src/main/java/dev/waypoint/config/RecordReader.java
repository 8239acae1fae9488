package dev.waypoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads trees of data into records. Every problem of the tree is reported, not only the first, and none is thrown.
 *
 * <p>A component is required unless it has a {@link Default}, or is an {@code Optional}, a list or a map without a least size.
 * Explicit nulls count as left out. Components may be text, {@code int}, {@code long}, {@code double}, {@code boolean}, enums,
 * {@link Duration} (see {@link DurationText}), RE2 patterns, {@link Spelled} types, {@link JsonNode}, records, and optionals,
 * lists and maps by text of all these. An {@link IllegalArgumentException} of a record's constructor becomes a finding.
 */
public final class RecordReader {

    private static final int MAX_PRINTED = 100;

    private final ResourceRef ref;
    private final Consumer<Finding> findings;

    private RecordReader(ResourceRef ref, Consumer<Finding> findings) {
        this.ref = ref;
        this.findings = findings;
    }

    /** The way from the start of a tree to one of its values; only printed when there is a problem. */
    private record Place(@Nullable Place parent, String step, boolean sensitive) {

        Place field(RecordShape.Field field) {
            return new Place(this, field.name(), sensitive || field.isSensitive());
        }

        Place key(String name) {
            return new Place(this, name, sensitive);
        }

        Place entry(int index) {
            return new Place(this, "[" + index + "]", sensitive);
        }

        @Override
        public String toString() {
            String before = parent == null ? "" : parent.toString();
            return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
        }
    }

    /**
     * Reads a record.
     *
     * @param tree the data; a missing node counts as an empty object
     * @param type the record type
     * @param ref the object that the data belongs to, for findings
     * @param path where in the object the data stands, such as {@code spec}; empty for the object itself
     * @param findings takes every problem, each an error
     * @return the record, or empty if there was any problem
     * @throws IllegalStateException if the record type itself cannot be read: a mistake of its author, not of the data
     */
    public static <T extends Record> Optional<T> read(
            JsonNode tree, Class<T> type, ResourceRef ref, String path, Consumer<Finding> findings) {
        RecordReader reader = new RecordReader(ref, findings);
        return Optional.ofNullable(type.cast(reader.readRecord(tree, type, new Place(null, path, false))));
    }

    /** The value of a field that has a {@link Default}. */
    static Optional<Object> defaultOf(RecordShape.Field field) {
        RecordReader reader = new RecordReader(new ResourceRef("", "Default", "", field.name()), problem -> {
            throw new IllegalStateException("the default is wrong: " + problem);
        });
        return field.defaultJson()
                .flatMap(json -> Optional.ofNullable(
                        reader.read(json, field.shape(), field.bounds(), new Place(null, "", false))));
    }

    private @Nullable Object readRecord(JsonNode node, Class<? extends Record> type, Place place) {
        RecordShape shape = RecordShape.of(type);
        if (!node.isObject() && !isAbsent(node)) {
            return wrong(place, node, "expected an object with fields");
        }
        boolean complete = shape.lenient() || onlyKnown(node, shape, place);
        Object[] values = new Object[shape.fields().size()];
        for (RecordShape.Field field : shape.fields().values()) {
            Object value = readField(node.path(field.name()), field, place);
            if (value == null) {
                complete = false;
            } else {
                values[field.component().index()] = value;
            }
        }
        return complete ? construct(shape, values, place) : null;
    }

    private boolean onlyKnown(JsonNode node, RecordShape shape, Place place) {
        boolean known = true;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!shape.fields().containsKey(entry.getKey())) {
                known = false;
                findings.accept(Finding.error(
                        ref,
                        place.key(entry.getKey()).toString(),
                        "",
                        NearestName.unknownField(shape.fields().keySet(), entry.getKey())));
            }
        }
        return known;
    }

    private @Nullable Object readField(JsonNode node, RecordShape.Field field, Place parent) {
        Place place = parent.field(field);
        if (!isAbsent(node)) {
            return read(node, field.shape(), field.bounds(), place);
        }
        if (field.defaultJson().isPresent()) {
            return read(field.defaultJson().get(), field.shape(), field.bounds(), place);
        }
        if (field.isRequired()) {
            findings.accept(Finding.error(
                    ref,
                    place.toString(),
                    "",
                    "required, but missing: expected " + Expectation.of(field.shape(), field.bounds())));
            return null;
        }
        return switch (field.shape()) {
            case ValueShape.Maybe maybe -> maybe.wrapping().none();
            case ValueShape.Table _ -> Map.of();
            case ValueShape.Many _ -> List.of();
            case ValueShape.Scalar _, ValueShape.Nested _ ->
                throw new IllegalStateException(field.name() + " is required");
        };
    }

    private @Nullable Object construct(RecordShape shape, Object[] values, Place place) {
        try {
            return shape.components().construct(values);
        } catch (IllegalArgumentException e) {
            findings.accept(Finding.error(ref, place.toString(), "", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            findings.accept(Finding.error(ref, place.toString(), "", "refused by its constructor: " + e));
        }
        return null;
    }

    private @Nullable Object read(JsonNode node, ValueShape shape, RecordShape.Bounds bounds, Place place) {
        return switch (shape) {
            case ValueShape.Text _ -> text(node, bounds, place);
            case ValueShape.Whole whole -> whole(node, whole, bounds, place);
            case ValueShape.Decimal _ -> decimal(node, bounds, place);
            case ValueShape.Truth _ ->
                node.isBoolean() ? (Object) node.booleanValue() : wrong(place, node, "expected true or false");
            case ValueShape.Raw _ -> node;
            case ValueShape.Choice choice -> choice(node, choice, place);
            case ValueShape.Span _ -> span(node, place);
            case ValueShape.Regex _ -> regex(node, place);
            case ValueShape.Word word -> word(node, word, place);
            case ValueShape.Maybe maybe -> {
                Object value = read(node, maybe.element(), bounds, place);
                yield value == null ? null : maybe.wrapping().some(value);
            }
            case ValueShape.Many many -> many(node, many, bounds, place);
            case ValueShape.Table table -> table(node, table, bounds, place);
            case ValueShape.Nested nested -> readRecord(node, nested.type(), place);
        };
    }

    private @Nullable Object text(JsonNode node, RecordShape.Bounds bounds, Place place) {
        if (!node.isTextual()) {
            return wrong(place, node, node.isValueNode() ? "expected text: put it in quotes" : "expected text");
        }
        String text = node.textValue();
        int size = bounds.limitsSize() ? text.codePointCount(0, text.length()) : bounds.minSize();
        if (size < bounds.minSize() || size > bounds.maxSize()) {
            return wrong(place, node, "expected " + Expectation.of(new ValueShape.Text(), bounds));
        }
        return text;
    }

    private @Nullable Object whole(JsonNode node, ValueShape.Whole shape, RecordShape.Bounds bounds, Place place) {
        boolean fits = node.isIntegralNumber() && (shape.isLong() ? node.canConvertToLong() : node.canConvertToInt());
        if (!fits || node.longValue() < bounds.min() || node.longValue() > bounds.max()) {
            return wrong(place, node, "expected " + Expectation.of(shape, bounds));
        }
        return shape.isLong() ? (Object) node.longValue() : (Object) node.intValue();
    }

    private @Nullable Object decimal(JsonNode node, RecordShape.Bounds bounds, Place place) {
        double value = node.doubleValue();
        boolean tooSmall = bounds.min() != Long.MIN_VALUE && value < bounds.min();
        boolean tooGreat = bounds.max() != Long.MAX_VALUE && value > bounds.max();
        if (!node.isNumber() || !Double.isFinite(value) || tooSmall || tooGreat) {
            return wrong(place, node, "expected " + Expectation.of(new ValueShape.Decimal(), bounds));
        }
        return value;
    }

    private @Nullable Object choice(JsonNode node, ValueShape.Choice shape, Place place) {
        Object value = node.isTextual() ? shape.values().get(node.textValue()) : null;
        return value == null ? wrong(place, node, "expected " + Expectation.of(shape, RecordShape.Bounds.NONE)) : value;
    }

    private @Nullable Object span(JsonNode node, Place place) {
        Optional<Duration> duration = node.isTextual() ? DurationText.parse(node.textValue()) : Optional.empty();
        return duration.isPresent() ? duration.get() : wrong(place, node, "expected " + Expectation.DURATION);
    }

    private @Nullable Object regex(JsonNode node, Place place) {
        if (!node.isTextual()) {
            return wrong(place, node, "expected a regular expression");
        }
        try {
            return Pattern.compile(node.textValue());
        } catch (PatternSyntaxException e) {
            return wrong(place, node, "expected a regular expression in the syntax of RE2: " + e.getDescription());
        }
    }

    private @Nullable Object word(JsonNode node, ValueShape.Word shape, Place place) {
        if (!node.isTextual()) {
            return wrong(place, node, "expected text");
        }
        try {
            return (Object) shape.parse().invokeExact(node.textValue());
        } catch (IllegalArgumentException e) {
            return wrong(place, node, String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object many(JsonNode node, ValueShape.Many shape, RecordShape.Bounds bounds, Place place) {
        if (!node.isArray() || node.size() < bounds.minSize() || node.size() > bounds.maxSize()) {
            return wrong(place, node, "expected " + Expectation.of(shape, bounds));
        }
        List<Object> values = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            Object value = read(node.get(i), shape.element(), bounds.ofEntries(), place.entry(i));
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == node.size() ? List.copyOf(values) : null;
    }

    private @Nullable Object table(JsonNode node, ValueShape.Table shape, RecordShape.Bounds bounds, Place place) {
        if (!node.isObject() || node.size() < bounds.minSize() || node.size() > bounds.maxSize()) {
            return wrong(place, node, "expected " + Expectation.of(shape, bounds));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            Object value = read(entry.getValue(), shape.element(), bounds.ofEntries(), place.key(entry.getKey()));
            if (value != null) {
                values.put(entry.getKey(), value);
            }
        }
        // Keeps the order in which the user wrote the entries, which Map.copyOf would not.
        return values.size() == node.size() ? Collections.unmodifiableMap(values) : null;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private @Nullable Object wrong(Place place, JsonNode node, String expectation) {
        findings.accept(Finding.error(ref, place.toString(), print(node, place), expectation));
        return null;
    }

    private static String print(JsonNode node, Place place) {
        if (place.sensitive()) {
            return "(a secret)";
        }
        String text = node.toString();
        return text.length() <= MAX_PRINTED ? text : text.substring(0, MAX_PRINTED) + "…";
    }
}

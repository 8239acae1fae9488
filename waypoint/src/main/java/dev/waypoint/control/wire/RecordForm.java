package dev.waypoint.control.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.config.Default;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a record type: computed once per class.
 *
 * @param fields by name, in the order of the components
 * @param constructor takes an array of the components' values
 */
record RecordForm(Map<String, Field> fields, MethodHandle constructor) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ClassValue<RecordForm> FORMS = new ClassValue<>() {
        @Override
        protected RecordForm computeValue(Class<?> type) {
            return compute(type);
        }
    };

    /**
     * One component.
     *
     * @param absent what stands for it where it is left out, if that is not the empty value of its type
     */
    record Field(String name, int index, Type type, Optional<JsonNode> absent, MethodHandle accessor) {

        Object of(Record record) {
            try {
                return (Object) accessor.invokeExact((Object) record);
            } catch (Throwable e) {
                throw new IllegalStateException(
                        "cannot read " + record.getClass().getName() + "." + name, e);
            }
        }
    }

    static RecordForm of(Class<?> type) {
        return FORMS.get(type);
    }

    /**
     * Makes a record.
     *
     * @throws RuntimeException what its constructor throws
     */
    Object construct(Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static RecordForm compute(Class<?> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        List<Class<?>> types = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (RecordComponent component : type.getRecordComponents()) {
                fields.put(
                        component.getName(),
                        new Field(
                                component.getName(),
                                types.size(),
                                component.getGenericType(),
                                Optional.ofNullable(component.getAnnotation(Default.class))
                                        .map(RecordForm::json),
                                lookup.unreflect(component.getAccessor())
                                        .asType(MethodType.methodType(Object.class, Object.class))));
                types.add(component.getType());
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return new RecordForm(fields, constructor);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot reach the components of " + type.getName(), e);
        }
    }

    private static JsonNode json(Default annotation) {
        try {
            return JSON.readTree(annotation.value());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a default is " + annotation.value() + ", which is not JSON", e);
        }
    }
}

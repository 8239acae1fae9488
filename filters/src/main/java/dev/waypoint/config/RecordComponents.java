package dev.waypoint.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The components of a record type, for code that reads and writes records of any type: looked up once per class. */
public final class RecordComponents {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ClassValue<RecordComponents> KNOWN = new ClassValue<>() {
        @Override
        protected RecordComponents computeValue(Class<?> type) {
            return compute(type);
        }
    };

    private final Map<String, Component> components;
    private final MethodHandle constructor;

    private RecordComponents(Map<String, Component> components, MethodHandle constructor) {
        this.components = components;
        this.constructor = constructor;
    }

    /** One component. */
    public static final class Component {
        private final RecordComponent component;
        private final int index;
        private final MethodHandle accessor;
        private final Optional<JsonNode> defaultJson;

        private Component(RecordComponent component, int index, MethodHandle accessor) {
            this.component = component;
            this.index = index;
            this.accessor = accessor;
            defaultJson = annotation(Default.class).map(this::json);
        }

        /** Its name in the code. */
        public String name() {
            return component.getName();
        }

        /** Its place among the arguments of the constructor, from 0. */
        public int index() {
            return index;
        }

        /** Its type with all parameters. */
        public Type type() {
            return component.getGenericType();
        }

        /** What stands for it where it is left out, as its {@link Default} says. */
        public Optional<JsonNode> defaultJson() {
            return defaultJson;
        }

        /** An annotation of the component. */
        public <A extends Annotation> Optional<A> annotation(Class<A> type) {
            return Optional.ofNullable(component.getAnnotation(type));
        }

        /** Its value in a record. */
        public Object of(Record value) {
            try {
                return (Object) accessor.invokeExact((Object) value);
            } catch (Throwable e) {
                throw new IllegalStateException("cannot read " + this, e);
            }
        }

        private JsonNode json(Default annotation) {
            try {
                return JSON.readTree(annotation.value());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(
                        this + ": its default is " + annotation.value() + ", which is not JSON", e);
            }
        }

        @Override
        public String toString() {
            return component.getDeclaringRecord().getName() + "." + component.getName();
        }
    }

    /**
     * The components of a type.
     *
     * @throws IllegalStateException if the type is no record, cannot be reached, or has a default that is not JSON
     */
    public static RecordComponents of(Class<?> type) {
        return KNOWN.get(type);
    }

    /** All of them, in the order of the constructor. */
    public Collection<Component> all() {
        return components.values();
    }

    /** Whether there is a component of this name. */
    public boolean has(String name) {
        return components.containsKey(name);
    }

    /**
     * Makes a record.
     *
     * @param values by {@link Component#index}
     * @throws RuntimeException what the record's constructor throws
     */
    public Object construct(Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static RecordComponents compute(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalStateException(type.getName() + " is no record");
        }
        Map<String, Component> components = new LinkedHashMap<>();
        List<Class<?>> types = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (RecordComponent component : type.getRecordComponents()) {
                MethodHandle accessor = lookup.unreflect(component.getAccessor());
                components.put(
                        component.getName(),
                        new Component(
                                component,
                                types.size(),
                                accessor.asType(MethodType.methodType(Object.class, Object.class))));
                types.add(component.getType());
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return new RecordComponents(components, constructor);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot reach the components of " + type.getName(), e);
        }
    }
}

package dev.waypoint.gatewayapi;

import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ReferenceGrant;
import dev.waypoint.source.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Results by key, kept from one translation to the next as long as the inputs are the very same objects and every question that
 * was asked while computing would be answered with the very same objects. This is what makes one changed route cost one
 * translation. Results that one translation does not ask for are forgotten.
 */
final class Memo<K, V> {

    private Map<K, Entry<V>> before = new HashMap<>();
    private Map<K, Entry<V>> now = new HashMap<>();
    private long computations;

    private record Entry<V>(V value, List<Object> inputs, Map<Question, Object> answers) {
        /** It held in the translation before; so only what is about kinds that changed since has to be asked again. */
        boolean holds(List<Object> newInputs, View view) {
            if (!same(inputs, newInputs)) {
                return false;
            }
            for (Map.Entry<Question, Object> answer : answers.entrySet()) {
                Question question = answer.getKey();
                if (view.isChanged(question.kind()) && !same(answer.getValue(), question.ask(view))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Begins the next translation. */
    void begin() {
        before = now;
        now = new HashMap<>();
    }

    /** How often something had to be computed, ever. */
    long computations() {
        return computations;
    }

    /** The result for a key; computed only if it is not known or no longer holds. */
    V get(K key, List<Object> inputs, View view, Function<View, V> compute) {
        Entry<V> asked = now.get(key);
        if (asked != null && same(asked.inputs(), inputs)) {
            return asked.value();
        }
        Entry<V> known = asked == null ? before.get(key) : asked;
        if (known == null || !known.holds(inputs, view)) {
            Notes notes = new Notes(view);
            computations++;
            known = new Entry<>(compute.apply(notes), inputs, notes.answers);
        }
        now.put(key, known);
        return known.value();
    }

    /** Whether both are the same object, or lists or optionals of the same objects. */
    @SuppressWarnings("ReferenceEquality") // that is the question here
    static boolean same(Object one, Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof Optional<?> first && other instanceof Optional<?> second) {
            return first.isPresent() && second.isPresent() && same(first.get(), second.get());
        }
        if (one instanceof List<?> first && other instanceof List<?> second && first.size() == second.size()) {
            for (int i = 0; i < first.size(); i++) {
                if (!same(first.get(i), second.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return false;
    }

    private sealed interface Question {
        Object ask(View view);

        /** The kind of the objects that it is about. */
        Kind<?> kind();

        record Find(Kind<?> kind, String namespace, String name) implements Question {
            @Override
            public Object ask(View view) {
                return view.find(kind, namespace, name);
            }
        }

        record Grants(String namespace) implements Question {
            @Override
            public Object ask(View view) {
                return view.grants(namespace);
            }

            @Override
            public Kind<?> kind() {
                return Kinds.REFERENCE_GRANT;
            }
        }

        record Slices(String namespace, String service) implements Question {
            @Override
            public Object ask(View view) {
                return view.slices(namespace, service);
            }

            @Override
            public Kind<?> kind() {
                return Kinds.ENDPOINT_SLICE;
            }
        }

        record Policies(Kind<?> kind, Target target) implements Question {
            @Override
            public Object ask(View view) {
                return view.policies(kind, target);
            }
        }
    }

    /** Passes questions on and notes them with their answers. */
    private static final class Notes implements View {
        private final View view;
        private final Map<Question, Object> answers = new HashMap<>();

        Notes(View view) {
            this.view = view;
        }

        @Override
        public boolean isChanged(Kind<?> kind) {
            return view.isChanged(kind);
        }

        @Override
        public <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name) {
            Optional<Resource<T>> answer = view.find(kind, namespace, name);
            answers.put(new Question.Find(kind, namespace, name), answer);
            return answer;
        }

        @Override
        public List<Resource<ReferenceGrant>> grants(String namespace) {
            List<Resource<ReferenceGrant>> answer = view.grants(namespace);
            answers.put(new Question.Grants(namespace), answer);
            return answer;
        }

        @Override
        public List<Resource<EndpointSlice>> slices(String namespace, String service) {
            List<Resource<EndpointSlice>> answer = view.slices(namespace, service);
            answers.put(new Question.Slices(namespace, service), answer);
            return answer;
        }

        @Override
        public <T extends Record> List<Resource<T>> policies(Kind<T> kind, Target target) {
            List<Resource<T>> answer = view.policies(kind, target);
            answers.put(new Question.Policies(kind, target), answer);
            return answer;
        }
    }
}

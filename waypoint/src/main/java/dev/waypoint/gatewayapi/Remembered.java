package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One result, kept from one translation to the next as long as its inputs are the very same objects and every question that was asked
 * while computing it would be answered with the very same objects. This is what makes one changed route cost one translation.
 *
 * <p>Whoever keeps it sees to it that {@link #get} is called in each translation, or knows by other means that the result holds:
 * because it went into another remembered result that holds, whose questions include these ({@link View#took}).
 */
final class Remembered<V> {

    private final AtomicLong computations;
    private Optional<Entry<V>> entry = Optional.empty();

    /** A result whose computations nobody counts. */
    Remembered() {
        this(new AtomicLong());
    }

    /** @param computations counts how often something had to be computed */
    Remembered(AtomicLong computations) {
        this.computations = computations;
    }

    private record Entry<V>(V value, List<Object> inputs, Map<Question, Object> answers, Set<Kind<?>> kinds) {

        /** It held in the translation before; so only what is about kinds that changed since has to be asked again. */
        boolean holds(List<Object> newInputs, View view) {
            if (!same(inputs, newInputs)) {
                return false;
            }
            for (Kind<?> kind : kinds) {
                if (view.isChanged(kind)) {
                    return answersHold(view);
                }
            }
            return true;
        }

        private boolean answersHold(View view) {
            for (Map.Entry<Question, Object> answer : answers.entrySet()) {
                Question question = answer.getKey();
                if (view.isChanged(question.kind()) && !same(answer.getValue(), question.ask(view))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The result; computed only if it is not known or no longer holds. */
    V get(List<Object> inputs, View view, Function<View, V> compute) {
        return take(entry.filter(one -> one.holds(inputs, view)), inputs, view, compute);
    }

    /** The same once more in one translation: what was asked then need not be asked again. */
    V again(List<Object> inputs, View view, Function<View, V> compute) {
        return take(entry.filter(one -> same(one.inputs(), inputs)), inputs, view, compute);
    }

    private V take(Optional<Entry<V>> holding, List<Object> inputs, View view, Function<View, V> compute) {
        Entry<V> known = holding.orElseGet(() -> compute(inputs, view, compute));
        entry = Optional.of(known);
        view.took(known.answers());
        return known.value();
    }

    private Entry<V> compute(List<Object> inputs, View view, Function<View, V> compute) {
        Notes notes = new Notes(view);
        computations.incrementAndGet();
        V value = compute.apply(notes);
        Map<Question, Object> answers = Map.copyOf(notes.answers());
        return new Entry<>(
                value,
                inputs,
                answers,
                answers.keySet().stream().map(Question::kind).collect(Collectors.toUnmodifiableSet()));
    }

    /** What was computed last. */
    Optional<V> last() {
        return entry.map(Entry::value);
    }

    /** The kinds of objects that it depends on. */
    Set<Kind<?>> kinds() {
        return entry.map(Entry::kinds).orElse(Set.of());
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
}

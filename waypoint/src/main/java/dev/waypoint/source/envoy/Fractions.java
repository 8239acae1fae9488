package dev.waypoint.source.envoy;

import java.util.Optional;

/** Reads {@code type.v3.FractionalPercent} and what is wrapped around it, as millionths. */
final class Fractions {

    static final int ALL = 1_000_000;

    /** The denominators, in the order of their numbers. */
    enum Denominator {
        HUNDRED(100),
        TEN_THOUSAND(10_000),
        MILLION(1_000_000);

        private final int value;

        Denominator(int value) {
            this.value = value;
        }
    }

    private Fractions() {}

    /** A FractionalPercent. */
    static int millionths(Message fraction) {
        long numerator = fraction.number("numerator", 0, 0, 0xffff_ffffL);
        Denominator denominator = fraction.choice("denominator", Denominator.class, Denominator.HUNDRED);
        return (int) Math.min(ALL, numerator * ALL / denominator.value);
    }

    /** A RuntimeFractionalPercent: there is no runtime, the default value counts. Empty if the field is left out. */
    static Optional<Integer> runtime(Message parent, String field) {
        return parent.message(field).map(runtime -> {
            if (!runtime.has("default_value")) {
                runtime.error("default_value", "must be set");
            }
            runtime.noEffect("runtime_key", "there is no runtime; the default value counts");
            return millionths(runtime.child("default_value"));
        });
    }
}

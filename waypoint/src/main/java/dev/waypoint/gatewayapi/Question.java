package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;

/** A question about the objects: what a {@link Remembered} result was made of. */
sealed interface Question {

    /** The answer that a view gives now. */
    Object ask(View view);

    /** The kind of the objects that it is about. */
    Kind<?> kind();

    /** For one object. */
    record Find(Kind<?> kind, String namespace, String name) implements Question {
        @Override
        public Object ask(View view) {
            return view.find(kind, namespace, name);
        }
    }

    /** For the grants of a namespace. */
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

    /** For the slices of a Service. */
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

    /** For the policies of a target. */
    record Policies(Kind<?> kind, Target target) implements Question {
        @Override
        public Object ask(View view) {
            return view.policies(kind, target);
        }
    }
}

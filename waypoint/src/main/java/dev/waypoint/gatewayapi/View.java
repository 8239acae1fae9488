package dev.waypoint.gatewayapi;

import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.Kind;
import dev.waypoint.api.ReferenceGrant;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What translation may ask about the objects. Answers are the same objects as long as nothing that they depend on changed, so
 * that whoever notes the questions can tell whether its result still holds.
 */
interface View {

    /** One object. */
    <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name);

    /** The grants of a namespace. */
    List<Resource<ReferenceGrant>> grants(String namespace);

    /** The slices of a Service, by name. */
    List<Resource<EndpointSlice>> slices(String namespace, String service);

    /** The policies of a kind that name the target, the oldest first. */
    <T extends Record> List<Resource<T>> policies(Kind<T> kind, Target target);

    /** Whether any answer about objects of a kind may be another one than in the translation before. */
    boolean isChanged(Kind<?> kind);

    /** A result that was remembered is used; it depends on the answers to these questions. */
    default void took(Map<Question, Object> answers) {
        // Only who takes notes needs to know.
    }
}

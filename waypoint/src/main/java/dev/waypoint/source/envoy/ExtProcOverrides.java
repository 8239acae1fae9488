package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the levels below the chain say of an ext_proc filter, merged: a more specific level wins, and its overrides cancel a less
 * specific {@code disabled}.
 *
 * @param disabled whether the filter does nothing
 * @param owner the most specific level that says anything
 * @param mode the processing mode, as a whole
 * @param grpcService where the processor lives
 * @param initialMetadata headers of the call by name
 * @param metadataOptions options of all levels, least specific first
 * @param failureModeAllow whether failures are forgiven
 * @param modifier what rewrites requests to the processor
 */
record ExtProcOverrides(
        boolean disabled,
        Optional<ResourceRef> owner,
        Optional<Message> mode,
        Optional<Message> grpcService,
        Map<String, String> initialMetadata,
        List<Message> metadataOptions,
        Optional<Boolean> failureModeAllow,
        Optional<Message> modifier) {

    static ExtProcOverrides merge(List<FilterUse.Level> levels) {
        ExtProcOverrides merged = new ExtProcOverrides(
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
        for (FilterUse.Level level : levels) {
            merged = merged.with(level);
        }
        return merged;
    }

    private ExtProcOverrides with(FilterUse.Level level) {
        Message config = level.config().binding();
        String kind = config.oneOf("disabled", "overrides").orElse("");
        if (kind.isEmpty()) {
            config.problems().error(config.path(), "", "expected disabled or overrides");
        }
        if (kind.equals("disabled") && !config.flag("disabled", false)) {
            config.error("disabled", "expected true");
        }
        Message own = config.child("overrides");
        own.noEffect("request_attributes", "attributes of a route have no effect in Envoy either");
        own.noEffect("response_attributes", "attributes of a route have no effect in Envoy either");
        own.noEffect("async_mode", "has no effect in Envoy either");
        return new ExtProcOverrides(
                kind.equals("disabled"),
                Optional.of(level.ref()),
                own.message("processing_mode").or(this::mode),
                own.message("grpc_service").or(this::grpcService),
                metadata(own),
                options(own),
                own.optionalFlag("failure_mode_allow").or(this::failureModeAllow),
                own.message("processing_request_modifier").or(this::modifier));
    }

    private Map<String, String> metadata(Message own) {
        Map<String, String> out = new LinkedHashMap<>(initialMetadata);
        own.messages("grpc_initial_metadata")
                .forEach(header -> out.put(header.required("key"), header.string("value")));
        return out;
    }

    private List<Message> options(Message own) {
        List<Message> out = new ArrayList<>(metadataOptions);
        own.message("metadata_options").ifPresent(out::add);
        return out;
    }
}

package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.TlsToBackendIr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads where a processor lives. */
final class ExtProcProviders {

    private ExtProcProviders() {}

    static ObjectNode read(FilterUse use, ExtProcOverrides overrides) {
        Message filter = use.filter();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        String kind = filter.oneOf("grpc_service", "http_service").orElse("");
        if (kind.isEmpty()) {
            filter.problems().error(filter.path(), "", "expected grpc_service");
        }
        if (kind.equals("http_service")) {
            filter.error("http_service", "not supported, expected grpc_service");
        }
        Message service = overrides.grpcService().orElseGet(() -> filter.child("grpc_service"));
        service(service, use.clusters(), out, kind.equals("grpc_service"));
        Map<String, String> metadata = new LinkedHashMap<>();
        service.messages("initial_metadata")
                .forEach(header -> metadata.put(header.required("key"), header.string("value")));
        metadata.putAll(overrides.initialMetadata());
        if (!metadata.isEmpty()) {
            ObjectNode headers = out.putObject("initialMetadata");
            metadata.forEach(headers::put);
        }
        return out;
    }

    private static void service(Message service, Clusters clusters, ObjectNode out, boolean wanted) {
        service.harmless("timeout");
        if (!wanted) {
            return;
        }
        if (!service.oneOf("envoy_grpc", "google_grpc").orElse("").equals("envoy_grpc")) {
            service.error("google_grpc", "not supported, expected envoy_grpc with a cluster");
            return;
        }
        Message grpc = service.child("envoy_grpc");
        grpc.harmless("skip_envoy_headers");
        String cluster = grpc.required("cluster_name");
        Optional<ServiceReference> reference = clusters.reference(cluster);
        Optional<BackendIr> backend = clusters.backend(cluster);
        if (reference.isEmpty() || backend.isEmpty()) {
            grpc.error("cluster_name", "there is no cluster of this name");
            return;
        }
        ObjectNode ref = out.putObject("backendRef").put("name", cluster);
        ref.put("namespace", Clusters.NAMESPACE).put("port", reference.get().port());
        out.put(
                "authority",
                grpc.text("authority").filter(text -> !text.isEmpty()).orElse(cluster));
        tls(backend.get(), cluster, out);
        int streams = backend.get().settings().limits().maxRequests();
        if (streams > 0) {
            out.put("maxConcurrentStreams", streams);
        }
        out.put("maxMessageBytes", Math.max(1, grpc.cappedCount("max_receive_message_length", Integer.MAX_VALUE)));
        retries(grpc.message("retry_policy").or(() -> service.message("retry_policy")), out);
    }

    private static void retries(Optional<Message> policy, ObjectNode out) {
        policy.ifPresent(found -> {
            found.harmless("retry_back_off", "retry_on", "retry_priority", "retry_host_predicate");
            out.put("startRetries", Math.min(10, found.count("num_retries", 1)));
        });
    }

    /** A cluster's certificates become the data of a Secret of the cluster's name. */
    private static void tls(BackendIr backend, String cluster, ObjectNode out) {
        if (backend.tls().isEmpty() || !(backend.tls().get() instanceof TlsToBackendIr.Verified verified)) {
            return;
        }
        ObjectNode tls = out.putObject("tls").put("serverName", verified.serverName());
        if (verified.authoritiesPem().isPresent()) {
            tls.putObject("caRef").put("name", cluster).put("namespace", Clusters.NAMESPACE);
        }
        if (verified.clientCertificate().isPresent()) {
            tls.putObject("certificateRef").put("name", cluster).put("namespace", Clusters.NAMESPACE);
        }
    }
}

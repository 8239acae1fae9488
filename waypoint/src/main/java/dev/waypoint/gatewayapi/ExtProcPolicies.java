package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import dev.waypoint.api.BackendTarget;
import dev.waypoint.api.BackendTlsPolicy;
import dev.waypoint.api.ExtProcPolicy;
import dev.waypoint.api.ExtProcPolicy.BodyMode;
import dev.waypoint.api.ExtProcPolicy.Direction;
import dev.waypoint.api.ExtProcPolicy.FailureMode;
import dev.waypoint.api.ExtProcPolicy.Overflow;
import dev.waypoint.api.ExtProcPolicy.Sending;
import dev.waypoint.api.ExtProcProvider;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Service;
import dev.waypoint.api.TrafficPolicy.Strategy;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes an ExtProcPolicy, with the provider that it names, as configuration of the filter {@code ext-proc}. */
final class ExtProcPolicies {

    static final String FILTER = "ext-proc";

    private final View view;
    private final Resource<ExtProcPolicy> policy;
    private final List<Problem> problems = new ArrayList<>();

    private ExtProcPolicies(View view, Resource<ExtProcPolicy> policy) {
        this.view = view;
        this.policy = policy;
    }

    /**
     * The configuration.
     *
     * @param config the filter's configuration; incomplete if there are problems
     * @param provider the object whose references are followed
     * @param problems what is wrong with policy and provider
     */
    record Written(ObjectNode config, ResourceRef provider, List<Problem> problems) {}

    static Written write(Resource<ExtProcPolicy> policy, View view) {
        return new ExtProcPolicies(view, policy).write();
    }

    /** The chain without what policies of narrower levels switch off, and without those policies themselves. */
    static List<ChainFilter> withoutDisabled(List<ChainFilter> chain) {
        return chain.stream()
                .filter(filter -> !disables(filter))
                .filter(filter -> chain.stream().noneMatch(other -> disables(other) && switchesOff(other, filter)))
                .toList();
    }

    /** Whether a filter stands for a policy that switches others off. */
    static boolean disables(ChainFilter filter) {
        return filter.source().spec() instanceof ExtProcPolicy policy && policy.disabled();
    }

    private static boolean switchesOff(ChainFilter disabling, ChainFilter other) {
        return disabling.source().spec() instanceof ExtProcPolicy off
                && other.source().spec() instanceof ExtProcPolicy inherited
                && inherited.strategy() == Strategy.DEFAULT
                && other.level().compareTo(disabling.level()) < 0
                && (off.providerRef().isEmpty() || off.providerRef().equals(inherited.providerRef()));
    }

    private Written write() {
        Optional<Resource<ExtProcProvider>> provider = provider();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        provider.ifPresent(found -> fill(config, found));
        return new Written(config, provider.<ResourceRef>map(Resource::ref).orElse(policy.ref()), problems);
    }

    private Optional<Resource<ExtProcProvider>> provider() {
        Optional<ExtProcPolicy.ProviderRef> named = policy.spec().providerRef();
        if (named.isEmpty()) {
            problem(Reasons.INVALID, "spec.providerRef", "", "required unless the policy is disabled: true");
            return Optional.empty();
        }
        ResourceRef wanted = Kinds.EXT_PROC_PROVIDER.ref(
                named.get().namespace().orElse(policy.namespace()), named.get().name());
        if (!ReferenceGrants.permit(view, policy.ref(), wanted)) {
            problem(
                    Reasons.REF_NOT_PERMITTED,
                    "spec.providerRef",
                    wanted.toString(),
                    "needs a ReferenceGrant in namespace " + wanted.namespace());
            return Optional.empty();
        }
        Optional<Resource<ExtProcProvider>> found =
                view.find(Kinds.EXT_PROC_PROVIDER, wanted.namespace(), wanted.name());
        if (found.isEmpty()) {
            problem(Reasons.INVALID, "spec.providerRef", wanted.toString(), "there is no such ExtProcProvider");
        }
        return found;
    }

    private void fill(ObjectNode config, Resource<ExtProcProvider> provider) {
        ExtProcPolicy spec = policy.spec();
        provider(config.putObject("provider"), provider);
        ObjectNode processing = config.putObject("processing");
        spec.when().forEach(processing.putArray("when")::add);
        ObjectNode modes = processing.putObject("modes");
        direction(modes.putObject("request"), spec.processing().request());
        direction(modes.putObject("response"), spec.processing().response());
        permissions(config.putObject("permissions"), provider.spec());
        failure(config.putObject("failure"), provider.spec());
        ObjectNode sharing = config.putObject("sharing");
        ObjectNode request = sharing.putObject("requestAttributes");
        spec.attributes().request().forEach(name -> request.put(name, name));
        ObjectNode response = sharing.putObject("responseAttributes");
        spec.attributes().response().forEach(name -> response.put(name, name));
        ObjectNode metadata = sharing.putObject("metadata");
        spec.metadata().forEach(metadata::put);
        ExtProcProvider.MetadataNamespaces namespaces = provider.spec().metadataNamespaces();
        namespaces.readable().forEach(sharing.putObject("readable").putArray("untyped")::add);
        namespaces.writable().forEach(sharing.putObject("writable").putArray("untyped")::add);
        ObjectNode buffers = config.putObject("buffers").put("maxBytes", spec.maxBufferBytes());
        spec.maxBufferBytesHttp2().ifPresent(bytes -> buffers.put("maxBytesHttp2", bytes));
        ExtProcDebuggings.write(config.putObject("debugging"), provider.spec().debugging());
        config.put("mode", spec.mode() == ExtProcPolicy.Mode.OBSERVE ? "Observe" : "Enforce");
    }

    private void provider(ObjectNode node, Resource<ExtProcProvider> provider) {
        BackendTarget backend = provider.spec().backendRef();
        BackendRefs.Resolved resolved =
                new BackendRefs(view, provider.ref(), false).resolve(backend, provider.ref() + " spec.backendRef");
        resolved.problem().ifPresent(problems::add);
        node.put("name", provider.namespace() + "/" + provider.name());
        ObjectNode ref = node.putObject("backendRef").put("name", backend.name());
        backend.namespace().ifPresent(namespace -> ref.put("namespace", namespace));
        backend.port().ifPresent(port -> ref.put("port", port));
        provider.spec().authority().ifPresent(authority -> node.put("authority", authority));
        provider.spec().maxConcurrentStreams().ifPresent(streams -> node.put("maxConcurrentStreams", streams));
        ExtProcProvider.Call call = provider.spec().call();
        ObjectNode headers = node.putObject("initialMetadata");
        call.headers().forEach(headers::put);
        node.put("startRetries", call.startRetries()).put("maxMessageBytes", call.maxMessageBytes());
        resolved.id()
                .flatMap(id -> view.find(Kinds.SERVICE, id.namespace(), id.service())
                        .flatMap(service -> service.spec().ports().stream()
                                .filter(port -> port.port() == id.port())
                                .findFirst()
                                .flatMap(port -> {
                                    BackendTls.unreadable(view, service, port)
                                            .ifPresent(
                                                    broken -> problem(
                                                            Reasons.INVALID,
                                                            "spec.providerRef",
                                                            service.ref().toString(),
                                                            "TLS to this Service is unknown, its BackendTLSPolicy cannot be read"));
                                    return tlsPolicy(service, port);
                                })))
                .ifPresentOrElse(tls -> tls(node.putObject("tls"), tls), () -> withoutTls(call));
        call.clientCertificateRef().filter(secret -> node.has("tls")).ifPresent(secret -> {
            ObjectNode certificate =
                    node.withObject("/tls").putObject("certificateRef").put("name", secret.name());
            secret.namespace().ifPresent(namespace -> certificate.put("namespace", namespace));
        });
    }

    private void withoutTls(ExtProcProvider.Call call) {
        call.clientCertificateRef()
                .ifPresent(ref -> problem(
                        Reasons.INVALID,
                        "spec.providerRef",
                        "call.clientCertificateRef " + ref.name(),
                        "the provider's Service is not called with TLS, it needs a BackendTLSPolicy"));
    }

    private Optional<Resource<BackendTlsPolicy>> tlsPolicy(Resource<Service> service, Service.Port port) {
        return BackendTls.policy(view, service, port);
    }

    /** As the BackendTLSPolicy of the Service asks. What the processor's client cannot check must not pass unchecked. */
    private void tls(ObjectNode node, Resource<BackendTlsPolicy> tls) {
        BackendTlsPolicy.Validation validation = tls.spec().validation();
        BackendTls.problems(view, tls)
                .forEach(problem ->
                        problem(Reasons.INVALID, "spec.providerRef", tls.ref().toString(), problem.message()));
        if (!validation.subjectAltNames().isEmpty()
                || validation.caCertificateRefs().size() > 1) {
            problem(
                    Reasons.INVALID,
                    "spec.providerRef",
                    tls.ref().toString(),
                    "a processor can be checked by host name and one authority only");
        }
        node.put("serverName", validation.hostname());
        validation.caCertificateRefs().stream()
                .findFirst()
                .ifPresent(ca -> node.putObject("caRef")
                        .put("kind", "ConfigMap")
                        .put("name", ca.name())
                        .put("namespace", tls.namespace()));
    }

    private void direction(ObjectNode node, Direction direction) {
        boolean partial = policy.spec().onBufferOverflow() == Overflow.PARTIAL;
        node.put("headers", sending(direction.headers()));
        node.put(
                "body",
                switch (direction.body()) {
                    case NONE -> "None";
                    case BUFFERED -> partial ? "BufferedPartial" : "Buffered";
                    case BUFFERED_PARTIAL -> "BufferedPartial";
                    case STREAMED -> "Streamed";
                    case FULL_DUPLEX_STREAMED -> "FullDuplexStreamed";
                });
        // Bodies in full duplex end with their trailers, so those must be seen.
        node.put(
                "trailers", direction.body() == BodyMode.FULL_DUPLEX_STREAMED ? "Send" : sending(direction.trailers()));
    }

    private static String sending(Sending sending) {
        return sending == Sending.SEND ? "Send" : "Skip";
    }

    private static void permissions(ObjectNode node, ExtProcProvider provider) {
        node.put("modeOverride", provider.allowModeOverride());
        node.put("immediateResponse", provider.allowImmediateResponse());
        node.put("routeCache", provider.allowReroute() ? "Default" : "Retain");
        node.put(
                "profile",
                switch (provider.profile()) {
                    case EXTENDED -> "Extended";
                    case ENVOY -> "Envoy";
                });
        ExtProcProvider.MutationRules rules = provider.mutationRules();
        ObjectNode mutation = node.putObject("mutationRules").put("disallowSystem", rules.disallowSystem());
        mutation.put("allowAllRouting", rules.allowRouting()).put("allowEnvoy", rules.allowEnvoy());
        mutation.put("disallowIsError", rules.refusalIsError());
        if (!rules.allow().isEmpty()) {
            mutation.put("disallowAll", true).put("allowExpression", names(rules.allow()));
        }
        if (!rules.deny().isEmpty()) {
            mutation.put("disallowExpression", names(rules.deny()));
        }
    }

    private static String names(List<String> names) {
        return names.stream()
                .map(name -> Pattern.quote(name.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining("|"));
    }

    private void failure(ObjectNode node, ExtProcProvider provider) {
        FailureMode mode = policy.spec().failureMode().orElse(provider.failureMode());
        if (mode == FailureMode.OPEN
                && provider.failureMode() == FailureMode.CLOSED
                && !provider.failureModeOverridable()) {
            problem(
                    Reasons.INVALID,
                    "spec.failureMode",
                    "Open",
                    "the provider fails closed and does not let itself be overridden");
        }
        node.put("mode", mode == FailureMode.OPEN ? "Open" : "Closed");
        node.put("status", provider.statusOnError());
        node.put("messageTimeout", DurationText.print(provider.messageTimeout()));
        node.put("maxMessageTimeout", DurationText.print(provider.maxMessageTimeout()));
    }

    private void problem(String reason, String path, String value, String expectation) {
        problems.add(new Problem(reason, path, value, expectation));
    }
}

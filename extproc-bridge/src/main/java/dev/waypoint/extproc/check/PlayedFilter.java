package dev.waypoint.extproc.check;

import dev.waypoint.extproc.ExtProcFilterFactory;
import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.filter.ConfigReference.SecretReference;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The proxy's own filter in one mode, with its connection to the processor. */
record PlayedFilter(FakeEnvironment environment, FilterHarness harness) implements AutoCloseable {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 1);
    private static final SecretReference CERTIFICATES = new SecretReference("tls", Optional.empty());

    static PlayedFilter of(ProcessorAddress processor, CheckMode mode) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint(processor.host(), processor.port())));
        processor.tls().ifPresent(tls -> {
            Map<String, String> pem = new HashMap<>();
            tls.authorities().ifPresent(text -> pem.put("ca.crt", text));
            tls.client().ifPresent(pair -> pem.putAll(Map.of("tls.crt", pair.chain(), "tls.key", pair.key())));
            environment.withData(CERTIFICATES, pem);
        });
        FilterHarness harness = FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {backendRef: {name: 'processor', port: 1}" + call(processor)
                        + "}, permissions: {mutationRules: {allowAllRouting: true, allowEnvoy: true}},"
                        + " buffers: {maxBytes: 67108864}, processing: {modes: " + mode.config() + "}}",
                environment);
        return new PlayedFilter(environment, harness);
    }

    /** How the filter is to call the processor, as fields of its provider. */
    private static String call(ProcessorAddress processor) {
        String authority = processor.authority().orElse(processor.toString());
        String tls = processor
                .tls()
                .map(each -> ", tls: {"
                        + (each.authorities().isPresent() ? "caRef: {name: 'tls'}, " : "")
                        + (each.client().isPresent() ? "certificateRef: {name: 'tls'}, " : "")
                        + "serverName: '" + processor.authority().orElse(processor.host()) + "'}")
                .orElse("");
        return ", authority: '" + authority + "'" + tls;
    }

    @Override
    public void close() {
        harness.filter().close();
    }
}

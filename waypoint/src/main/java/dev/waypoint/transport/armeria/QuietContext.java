package dev.waypoint.transport.armeria;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.ClientRequestContextWrapper;
import com.linecorp.armeria.client.HttpClient;
import com.linecorp.armeria.client.RpcClient;
import com.linecorp.armeria.common.AttributesGetters;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.Request;
import com.linecorp.armeria.internal.client.ClientRequestContextExtension;
import com.linecorp.armeria.internal.common.CancellationScheduler;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A context without headers of Armeria's own: it would add a {@code user-agent} to every request that has none, which a proxy must not
 * do, and offers no option against it. This is the one place that uses types of Armeria that are not its public API.
 */
final class QuietContext extends ClientRequestContextWrapper implements ClientRequestContextExtension {

    private final ClientRequestContextExtension inner;

    private QuietContext(ClientRequestContext context, ClientRequestContextExtension inner) {
        super(context);
        this.inner = inner;
    }

    /** Wraps a context that Armeria made. */
    static ClientRequestContext of(ClientRequestContext context) {
        ClientRequestContextExtension inner = context.as(ClientRequestContextExtension.class);
        return inner == null ? context : new QuietContext(context, inner);
    }

    @Override
    public HttpHeaders internalRequestHeaders() {
        return HttpHeaders.of();
    }

    @Override
    public CancellationScheduler responseCancellationScheduler() {
        return inner.responseCancellationScheduler();
    }

    @Override
    public CompletableFuture<Boolean> whenInitialized() {
        return inner.whenInitialized();
    }

    @Override
    public CompletableFuture<Boolean> init() {
        return inner.init();
    }

    @Override
    public void finishInitialization(boolean success) {
        inner.finishInitialization(success);
    }

    @Override
    public boolean initAndFail(Throwable cause) {
        return inner.initAndFail(cause);
    }

    @Override
    public boolean initializationTriggered() {
        return inner.initializationTriggered();
    }

    @Override
    public long remainingTimeoutNanos() {
        return inner.remainingTimeoutNanos();
    }

    @Override
    public void runContextCustomizer() {
        inner.runContextCustomizer();
    }

    @Override
    public void httpClientCustomizer(Function<HttpClient, HttpClient> customizer) {
        inner.httpClientCustomizer(customizer);
    }

    @Override
    public Function<HttpClient, HttpClient> httpClientCustomizer() {
        return inner.httpClientCustomizer();
    }

    @Override
    public void rpcClientCustomizer(Function<RpcClient, RpcClient> customizer) {
        inner.rpcClientCustomizer(customizer);
    }

    @Override
    public Function<RpcClient, RpcClient> rpcClientCustomizer() {
        return inner.rpcClientCustomizer();
    }

    @Override
    public AttributesGetters attributes() {
        return inner.attributes();
    }

    @Override
    public Request originalRequest() {
        return inner.originalRequest();
    }
}

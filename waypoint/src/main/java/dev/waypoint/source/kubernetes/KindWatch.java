package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the objects of one kind as trees of data. Keeps of each only its name and version: whoever listens keeps the rest. */
public final class KindWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);

    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile boolean complete;

    /**
     * Which objects.
     *
     * @param kind the kind
     * @param labels labels that they must bear
     * @param without values of fields, of which none may be there
     */
    public record What(ResourceDefinitionContext kind, Map<String, String> labels, Map<String, List<String>> without) {

        /** All of a kind. */
        public static What all(ResourceDefinitionContext kind) {
            return new What(kind, Map.of(), Map.of());
        }
    }

    /**
     * Begins to watch.
     *
     * @param changed called for each object that is new or different
     * @param gone called with namespace and name
     * @param synced called when all objects that were there at the start have been told
     */
    public KindWatch(
            KubernetesClient client,
            What what,
            Consumer<ObjectNode> changed,
            BiConsumer<String, String> gone,
            Runnable synced) {
        ResourceDefinitionContext context = what.kind();
        FilterWatchListDeletable<GenericKubernetesResource, ?, ?> all = context.isNamespaceScoped()
                ? client.genericKubernetesResources(context).inAnyNamespace()
                : client.genericKubernetesResources(context);
        if (!what.labels().isEmpty()) {
            all = all.withLabels(what.labels());
        }
        for (Map.Entry<String, List<String>> field : what.without().entrySet()) {
            for (String value : field.getValue()) {
                all = all.withoutField(field.getKey(), value);
            }
        }
        String name = context.getPlural();
        informer = all.runnableInformer(0);
        informer.removeNamespaceIndex();
        informer.itemStore(new ReducedStateItemStore<>(
                ReducedStateItemStore.NAME_KEY_STATE,
                GenericKubernetesResource.class,
                client.getKubernetesSerialization()));
        informer.addEventHandler(new Handler(client, changed, gone));
        informer.exceptionHandler((started, failure) -> {
            LOG.warn("watching {} failed, trying again: {}", name, failure.toString());
            return true;
        });
        informer.start().whenComplete((done, failure) -> {
            complete = failure == null;
            synced.run();
        });
    }

    /** Whether all objects that were there at the start have been told. */
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void close() {
        informer.stop();
    }

    private record Handler(KubernetesClient client, Consumer<ObjectNode> changed, BiConsumer<String, String> gone)
            implements ResourceEventHandler<GenericKubernetesResource> {

        @Override
        public void onAdd(GenericKubernetesResource object) {
            changed.accept(client.getKubernetesSerialization().convertValue(object, ObjectNode.class));
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
            onAdd(now);
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean unknown) {
            String namespace = object.getMetadata().getNamespace();
            gone.accept(namespace == null ? "" : namespace, object.getMetadata().getName());
        }
    }
}

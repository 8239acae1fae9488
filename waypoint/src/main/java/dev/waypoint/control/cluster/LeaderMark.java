package dev.waypoint.control.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.source.kubernetes.ClusterApi;
import dev.waypoint.source.kubernetes.ClusterApi.Answer;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A label on the pod of the controller that leads, and on no other: by it the Service finds the one that has configuration to give,
 * so that proxies do not ask one in vain that stands by. All is done by a thread of its own, and again if somebody undoes it.
 */
public final class LeaderMark implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderMark.class);

    /** The label; its value is {@code true}. */
    public static final String LABEL = "waypoint.dev/leader";

    private static final String CONTROLLERS = "app.kubernetes.io/name=waypoint-controller";

    private final ClusterApi api;
    private final Settings settings;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("leader-mark").unstarted(this::run);
    private boolean leading;
    private boolean changed;
    private boolean closed;

    /**
     * Whose label it is.
     *
     * @param namespace the namespace of all controllers
     * @param pod this one's pod
     * @param again how often is looked whether all is still as it should be
     */
    public record Settings(String namespace, String pod, Duration again) {
        /** Looks twice a minute. */
        public static Settings of(String namespace, String pod) {
            return new Settings(namespace, pod, Duration.ofSeconds(30));
        }
    }

    /** Begins as one that stands by: a process that begins anew may be in a pod that still bears the label. */
    public LeaderMark(ClusterApi api, Settings settings) {
        this.api = api;
        this.settings = settings;
        thread.start();
    }

    /** This controller leads now. */
    public synchronized void lead() {
        leading = true;
        changed = true;
        notifyAll();
    }

    private void run() {
        try {
            do {
                mark();
            } while (await());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until there is something to do; false at the end. */
    private synchronized boolean await() throws InterruptedException {
        if (!changed && !closed) {
            wait(settings.again().toMillis());
        }
        changed = false;
        return !closed;
    }

    private synchronized boolean isLeading() {
        return leading;
    }

    private void mark() {
        boolean marked = isLeading();
        if (marked) {
            others().forEach(pod -> label(pod, false));
        }
        label(settings.pod(), marked);
    }

    /** Those who bear the label and do not lead any more: they crashed, and their processes began anew. */
    private List<String> others() {
        Answer answer = api.read(pods() + "?labelSelector=" + CONTROLLERS + "," + LABEL);
        List<String> others = new ArrayList<>();
        answer.body().path("items").forEach(pod -> {
            String name = pod.at("/metadata/name").asText();
            if (!name.equals(settings.pod())) {
                others.add(name);
            }
        });
        return others;
    }

    private void label(String pod, boolean wanted) {
        String path = pods() + "/" + pod;
        Answer known = api.read(path);
        if (known.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            LOG.debug("{} is no pod: nothing to mark", pod);
            return;
        }
        boolean is = known.body().path("metadata").path("labels").has(LABEL);
        if (known.done() && is == wanted) {
            return;
        }
        Answer answer = api.merge(path, patch(wanted));
        if (answer.done()) {
            LOG.info(
                    "{} {}",
                    pod,
                    wanted ? "is marked as the one that leads" : "is not marked as the one that leads any more");
        } else if (answer.code() != HttpURLConnection.HTTP_NOT_FOUND) {
            LOG.warn(
                    "the label {} of pod {} could not be {}, so that proxies may not find the controller that leads: {}",
                    LABEL,
                    pod,
                    wanted ? "set" : "removed",
                    answer.problem());
        }
    }

    private String pods() {
        return "/api/v1/namespaces/" + settings.namespace() + "/pods";
    }

    private static ObjectNode patch(boolean wanted) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        JsonNode value = wanted ? JsonNodeFactory.instance.textNode("true") : JsonNodeFactory.instance.nullNode();
        patch.putObject("metadata").putObject("labels").set(LABEL, value);
        return patch;
    }

    /** Takes the label back, so that nobody is led to one that ends. */
    @Override
    public void close() {
        synchronized (this) {
            leading = false;
            closed = true;
            notifyAll();
        }
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        label(settings.pod(), false);
    }
}

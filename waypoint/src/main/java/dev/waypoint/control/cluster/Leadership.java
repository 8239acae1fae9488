package dev.waypoint.control.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that of several controllers one acts (a Lease). Whoever loses the lead must end: another one acts already. */
public final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** The Lease's name. */
    public static final String LEASE = "waypoint-controller";

    private static final Duration LEASE_TIME = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final LeaderElector elector;
    private CompletableFuture<?> running = CompletableFuture.completedFuture(null);

    /**
     * @param namespace where the Lease is
     * @param identity tells this controller from the others: its pod's name
     * @param gained called when this one is to act
     * @param lost called when it must not any more
     */
    public Leadership(KubernetesClient client, String namespace, String identity, Runnable gained, Runnable lost) {
        elector = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLeaseDuration(LEASE_TIME)
                        .withRenewDeadline(RENEW_DEADLINE)
                        .withRetryPeriod(RETRY)
                        .withReleaseOnCancel(true)
                        .withLock(new LeaseLock(namespace, LEASE, identity))
                        .withLeaderCallbacks(new LeaderCallbacks(gained, lost, leader -> LOG.info("{} leads", leader)))
                        .build())
                .build();
    }

    /** Begins to stand for election. */
    public void start() {
        running = elector.start();
    }

    /** Gives the lead back, so that another one need not wait for the lease to run out. */
    @Override
    public void close() {
        running.cancel(true);
    }
}

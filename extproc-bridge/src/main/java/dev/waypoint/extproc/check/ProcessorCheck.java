package dev.waypoint.extproc.check;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/** Checks a processor: first that it is there, then whole exchanges in each mode that it claims, then what happens to streams. */
public final class ProcessorCheck {

    private static final int MAX_REPLY_BYTES = 64 << 20;

    private ProcessorCheck() {}

    /** Checks, which takes some seconds. */
    public static CheckReport run(CheckRequest request) {
        String target = request.processor().toString();
        ManagedChannel channel = request.processor()
                .channel()
                .maxInboundMessageSize(MAX_REPLY_BYTES)
                .build();
        try {
            List<CheckResult> results = new ArrayList<>();
            StreamChecks streams = new StreamChecks(request, channel);
            results.add(streams.reachable());
            CheckReport first = new CheckReport(target, results);
            if (first.isUnreachable()) {
                return first;
            }
            for (CheckMode mode : request.modes()) {
                results.addAll(new ExchangeChecks(request, mode).run());
            }
            results.addAll(streams.run());
            return new CheckReport(target, results);
        } finally {
            channel.shutdownNow();
        }
    }
}

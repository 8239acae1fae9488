package dev.waypoint.filter;

import java.util.concurrent.CompletionStage;

/** What a headers filter decided about a request. */
public sealed interface Verdict {

    /** Go on with the next filter. */
    record Next() implements Verdict {
        private static final Next INSTANCE = new Next();
    }

    /** Answer now. */
    record Reply(LocalReply reply) implements Verdict {}

    /** Decide later: the chain goes on with the stage's outcome, on the exchange's event loop. A failed stage answers 500. */
    record Later(CompletionStage<Verdict> outcome) implements Verdict {}

    /**
     * Match the route again by the head as it now is, then go on. Granted a bounded number of times for each exchange, so loops
     * cannot arise.
     */
    record Reroute() implements Verdict {
        private static final Reroute INSTANCE = new Reroute();
    }

    /** Go on. */
    static Verdict next() {
        return Next.INSTANCE;
    }

    /** Answer now. */
    static Verdict reply(LocalReply reply) {
        return new Reply(reply);
    }

    /** Decide later. */
    static Verdict later(CompletionStage<Verdict> outcome) {
        return new Later(outcome);
    }

    /** Match the route again. */
    static Verdict reroute() {
        return Reroute.INSTANCE;
    }
}

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures how a proxy starts: how long until it is ready, and how it does in the two seconds after that, beside the same process half a
 * minute later. Every round is made of two lives: one is loaded as much as it can take, the other at a quarter of what the first one
 * took in the end.
 */
public final class StartBench {

    private static final double FIRST = 2;

    private final int rounds;
    private final int steady;
    private final int connections;
    private final int core;
    private final List<String> command;

    private StartBench(int rounds, int steady, int connections, int core, List<String> command) {
        this.rounds = rounds;
        this.steady = steady;
        this.connections = connections;
        this.core = core;
        this.command = command;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = 3;
        int steady = 25;
        int connections = 64;
        int core = -1;
        int at = 0;
        for (; at + 1 < arguments.length && arguments[at].startsWith("--"); at += 2) {
            int value = Integer.parseInt(arguments[at + 1]);
            switch (arguments[at]) {
                case "--rounds" -> rounds = value;
                case "--steady" -> steady = value;
                case "--connections" -> connections = value;
                case "--core" -> core = value;
                default -> throw new IllegalArgumentException(arguments[at] + " is not an option");
            }
        }
        List<String> command = Arrays.asList(arguments).subList(at, arguments.length);
        new StartBench(rounds, steady, connections, core, command).run();
    }

    private void run() throws IOException, InterruptedException {
        try (Backend backend = new Backend()) {
            // The load itself runs on a JVM: warm before it measures anything.
            try (Load own = new Load(backend.port(), connections)) {
                own.closed(5);
            }
            Proxy.start(command, core, backend.port()).close();
            List<Round> all = new ArrayList<>();
            System.out.println(Round.HEAD);
            for (int i = 0; i < rounds; i++) {
                Round round = round(backend.port());
                System.out.println(round);
                all.add(round);
            }
            System.out.println(Round.median(all));
        }
    }

    private Round round(int backend) throws IOException, InterruptedException {
        double ready;
        double readyCpu;
        double first;
        double later;
        double share;
        StringBuilder curve = new StringBuilder();
        try (Proxy proxy = Proxy.start(command, core, backend)) {
            ready = proxy.awaitReady();
            readyCpu = proxy.cpuSeconds();
            try (Load load = new Load(proxy.port(), connections)) {
                Answers answers = load.closed(steady);
                first = answers.rate(0, FIRST);
                for (double s = 0; s < Math.min(steady, 10); s += 0.5) {
                    curve.append(' ').append((int) (answers.rate(s, s + 0.5) / 100) / 10.0);
                }
                double cpu = proxy.cpuSeconds();
                later = load.closed(5).rate(0.2, 4.8);
                share = (proxy.cpuSeconds() - cpu) / 5;
            }
        }
        try (Proxy proxy = Proxy.start(command, core, backend)) {
            proxy.awaitReady();
            try (Load load = new Load(proxy.port(), connections)) {
                Answers answers = load.open(later / 4, FIRST);
                double longest = answers.millis(1, 0, FIRST);
                double p99 = answers.millis(0.99, 0, FIRST);
                Thread.sleep(3000);
                return new Round(ready, readyCpu, first, later, share, longest, p99, proxy.residentMegabytes(), curve.toString());
            }
        }
    }

    /** What one round measured. */
    record Round(
            double ready,
            double readyCpu,
            double first,
            double later,
            double share,
            double longest,
            double p99,
            double resident,
            String curve) {

        static final String HEAD =
                "ready ms   CPU s   first 2 s req/s   steady req/s   ratio   core   longest ms   p99 ms   RSS MiB   (k req/s by half seconds)";

        static Round median(List<Round> all) {
            return new Round(
                    middle(all.stream().mapToDouble(Round::ready).toArray()),
                    middle(all.stream().mapToDouble(Round::readyCpu).toArray()),
                    middle(all.stream().mapToDouble(Round::first).toArray()),
                    middle(all.stream().mapToDouble(Round::later).toArray()),
                    middle(all.stream().mapToDouble(Round::share).toArray()),
                    middle(all.stream().mapToDouble(Round::longest).toArray()),
                    middle(all.stream().mapToDouble(Round::p99).toArray()),
                    middle(all.stream().mapToDouble(Round::resident).toArray()),
                    " median");
        }

        private static double middle(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%8.0f  %6.2f  %16.0f  %13.0f  %6.2f  %4.0f%%  %11.1f  %7.1f  %8.0f  %s",
                    ready, readyCpu, first, later, first / later, 100 * share, longest, p99, resident, curve);
        }
    }
}

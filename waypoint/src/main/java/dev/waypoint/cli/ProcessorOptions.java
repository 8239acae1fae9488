package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that speak to a processor. */
final class ProcessorOptions {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec spec;

    @Option(names = "--target", required = true, paramLabel = "HOST:PORT", description = "The processor.")
    String target = "";

    @Option(names = "--tls", description = "Speak TLS with it; the options for certificates mean this, too.")
    boolean tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM of the authorities that may have signed its certificate; the system's if left out.")
    Optional<Path> ca = Optional.empty();

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM of a certificate that is shown to it (mTLS).")
    Optional<Path> certificate = Optional.empty();

    @Option(names = "--key", paramLabel = "FILE", description = "PEM of the certificate's key, in PKCS #8.")
    Optional<Path> key = Optional.empty();

    @Option(
            names = "--authority",
            paramLabel = "NAME",
            description =
                    "The :authority of calls, and with TLS the name that its certificate must bear (default: the target).")
    Optional<String> authority = Optional.empty();

    ProcessorOptions() {}

    /** What the options say, checked. */
    ProcessorAddressRequest read() {
        int colon = target.lastIndexOf(':');
        String digits = target.substring(colon + 1);
        boolean good = colon > 0 && digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= 65_535;
        if (!good) {
            throw wrong("--target is '" + target + "', expected HOST:PORT");
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw wrong((key.isPresent() ? "--key is given without --cert" : "--cert is given without --key")
                    + ", expected both or none");
        }
        return new ProcessorAddressRequest(
                target.substring(0, colon).replaceAll("^\\[|]$", ""),
                Integer.parseInt(digits),
                tls || ca.isPresent() || certificate.isPresent(),
                ca,
                certificate,
                key,
                authority);
    }

    ParameterException wrong(String what) {
        if (spec == null) {
            throw new IllegalStateException("run by the command line only");
        }
        return new ParameterException(spec.commandLine(), what);
    }
}

package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The processor that a command is to speak to.
 *
 * @param host where it listens
 * @param port its port
 * @param tls whether TLS is spoken
 * @param ca a file of authorities; those of the system if empty
 * @param certificate a file with the certificate that is shown; with {@code key} or none
 * @param key a file with its key
 * @param authority the {@code :authority}; the target if empty
 */
public record ProcessorAddressRequest(
        String host,
        int port,
        boolean tls,
        Optional<Path> ca,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<String> authority) {

    /** A processor in plain text. */
    public static ProcessorAddressRequest plain(String host, int port) {
        return new ProcessorAddressRequest(
                host, port, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}

package dev.waypoint.extproc.client;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * How the processors of one provider are called. Equal targets share channels and limits.
 *
 * @param name the provider's name, for people
 * @param authority the {@code :authority} of calls
 * @param tls TLS, if it is spoken; contexts are equal if they are the same
 * @param maxMessageBytes the largest reply
 * @param maxConcurrentStreams exchanges at once
 * @param startRetries how often a refused stream is tried again
 */
public record ProcessorTarget(
        String name,
        String authority,
        Optional<SslContext> tls,
        int maxMessageBytes,
        int maxConcurrentStreams,
        int startRetries) {}

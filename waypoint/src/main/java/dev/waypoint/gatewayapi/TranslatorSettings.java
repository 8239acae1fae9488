package dev.waypoint.gatewayapi;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who translates for whom.
 *
 * @param controllerName which GatewayClasses are ours
 * @param impliedClass a class that need not exist as an object; for use without a cluster
 * @param usableAddress whether an IP address that a Gateway asks for can be bound
 * @param mesh whether routes of Services are ours
 * @param adoptsStrangers whether the Gateways of other controllers are served where none is ours: without a cluster nobody else
 *     reads the files
 * @param cluster whether each Gateway has proxies of its own, in pods: they bind unprivileged ports of all their addresses, and
 *     routes of Services are ours only where a waypoint of ours stands in front
 */
public record TranslatorSettings(
        String controllerName,
        Optional<String> impliedClass,
        Predicate<String> usableAddress,
        boolean mesh,
        boolean adoptsStrangers,
        boolean cluster) {

    /** Our name. */
    public static final String CONTROLLER_NAME = "waypoint.dev/controller";

    /** Our GatewayClass. */
    public static final String CLASS_NAME = "waypoint";

    /** Translates files: our class is there even if nobody wrote it down. */
    public static final TranslatorSettings FOR_FILES = new TranslatorSettings(
            CONTROLLER_NAME, Optional.of(CLASS_NAME), TranslatorSettings::isAddress, true, true, false);

    /** Translates a cluster. Whether it can give a Gateway the address that is asked for, it says itself. */
    public static final TranslatorSettings FOR_CLUSTER =
            new TranslatorSettings(CONTROLLER_NAME, Optional.empty(), TranslatorSettings::isAddress, true, false, true);

    /** Whether the text is an IP address; whether it can be bound is found out when it is. */
    private static boolean isAddress(String text) {
        try {
            return !InetAddress.ofLiteral(text).isMulticastAddress();
        } catch (IllegalArgumentException other) {
            return false;
        }
    }
}

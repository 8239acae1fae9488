package dev.waypoint.control.provision;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names and label values of what is made for Gateways. A Gateway's name may be longer, and have other characters, than those of a
 * Service or a label: what does not fit is cut and told apart by a hash.
 */
public final class ResourceNames {

    private static final int MAX = 63;
    private static final int HASH = 8;

    private ResourceNames() {}

    /** The name of a Gateway's Deployment, Service and ServiceAccount: its own and its class's. */
    public static String of(ResourceRef gateway, String className) {
        return of(gateway.name() + "-" + className);
    }

    /** The name of a Deployment, Service and ServiceAccount that is put together already. */
    public static String of(String whole) {
        String plain = whole.replace('.', '-');
        String name = Character.isLetter(plain.charAt(0)) ? plain : "gw-" + plain;
        return name.equals(whole) && name.length() <= MAX ? name : shortened(name, whole);
    }

    /** The name of the Secret that signs sessions. */
    public static String sessions(DataPlane plane) {
        return plane.name() + "-sessions";
    }

    /** A value for a label. */
    public static String label(String name) {
        return name.length() <= MAX ? name : shortened(name, name);
    }

    private static String shortened(String name, String identity) {
        String head = name.substring(0, Math.min(name.length(), MAX - HASH - 1));
        return head.replaceAll("[-.]+$", "") + "-" + hash(identity);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.waypoint.ratelimit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A tuple of up to four strings that names one bucket of a limit. The hash is computed once.
 *
 * <p>Clients choose these strings. A part longer than {@value #LONGEST_PART} characters is therefore kept as its
 * beginning and its SHA-256 (a table's memory must not depend on the length of a header), and keys are comparable, so
 * that chosen hash collisions cost a hash map no more than a tree search.
 */
public final class LimitKey implements Subject, Comparable<LimitKey> {

    /** Most parts of a key. */
    public static final int MAX_PARTS = 4;

    /** Parts up to this many characters are kept as they are. */
    public static final int LONGEST_PART = 128;

    /** The bucket of a limit without keys, and of requests that share one because they have no key. */
    public static final LimitKey SHARED = new LimitKey(0, "", "", "", "");

    private static final int KEPT_PREFIX = 32;

    private final String first;
    private final String second;
    private final String third;
    private final String fourth;
    private final byte size;
    private final int hash;

    private LimitKey(int size, String first, String second, String third, String fourth) {
        this.first = bounded(first);
        this.second = bounded(second);
        this.third = bounded(third);
        this.fourth = bounded(fourth);
        this.size = (byte) size;
        int mixed = size;
        mixed = 31 * mixed + this.first.hashCode();
        mixed = 31 * mixed + this.second.hashCode();
        mixed = 31 * mixed + this.third.hashCode();
        this.hash = 31 * mixed + this.fourth.hashCode();
    }

    public static LimitKey of(String first) {
        return new LimitKey(1, first, "", "", "");
    }

    public static LimitKey of(String first, String second) {
        return new LimitKey(2, first, second, "", "");
    }

    public static LimitKey of(String first, String second, String third) {
        return new LimitKey(3, first, second, third, "");
    }

    public static LimitKey of(String first, String second, String third, String fourth) {
        return new LimitKey(4, first, second, third, fourth);
    }

    /** The key of a list of parts, for callers whose number of parts is configured. */
    public static LimitKey of(List<String> parts) {
        return switch (parts.size()) {
            case 0 -> SHARED;
            case 1 -> of(parts.get(0));
            case 2 -> of(parts.get(0), parts.get(1));
            case 3 -> of(parts.get(0), parts.get(1), parts.get(2));
            case 4 -> of(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
            default ->
                throw new IllegalArgumentException("key has " + parts.size() + " parts, expected 0 to " + MAX_PARTS);
        };
    }

    /** The parts as kept: long ones shortened. */
    public List<String> parts() {
        List<String> all = new ArrayList<>(List.of(first, second, third, fourth));
        return List.copyOf(all.subList(0, size));
    }

    private static String bounded(String part) {
        return part.length() <= LONGEST_PART ? part : part.substring(0, KEPT_PREFIX) + "~" + digest(part);
    }

    private static String digest(String part) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(part.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof LimitKey that
                        && hash == that.hash
                        && size == that.size
                        && first.equals(that.first)
                        && second.equals(that.second)
                        && third.equals(that.third)
                        && fourth.equals(that.fourth));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(LimitKey that) {
        int order = Integer.compare(size, that.size);
        order = order != 0 ? order : first.compareTo(that.first);
        order = order != 0 ? order : second.compareTo(that.second);
        order = order != 0 ? order : third.compareTo(that.third);
        return order != 0 ? order : fourth.compareTo(that.fourth);
    }

    @Override
    public String toString() {
        return String.join("|", parts());
    }
}

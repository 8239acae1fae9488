package dev.waypoint.ratelimit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A tuple of up to four strings that names one bucket of a limit. The hash is computed once.
 *
 * <p>Clients choose these strings. A part longer than {@value #LONGEST_PART} characters is therefore kept as its
 * beginning and its SHA-256 (a table's memory must not depend on the length of a header), and the hash depends on a secret of
 * this process, so that nobody can choose keys that collide. All parts are in one array of bytes, because there may be a million keys.
 */
public final class LimitKey implements Subject, Comparable<LimitKey> {

    /** Most parts of a key. */
    public static final int MAX_PARTS = 4;

    /** Parts up to this many characters are kept as they are. */
    public static final int LONGEST_PART = 128;

    /** The bucket of a limit without keys, and of requests that share one because they have no key. */
    public static final LimitKey SHARED = new LimitKey(new byte[] {0}, 0);

    private static final int KEPT_PREFIX = 32;
    private static final int WIDE = 0x80;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * The number of parts, with {@link #WIDE} added if characters have two bytes here instead of one; then the parts, each but the last
     * with its length in bytes (two of them) in front.
     */
    private final byte[] text;

    private final int hash;

    private LimitKey(byte[] text, int hash) {
        this.text = text;
        this.hash = hash;
    }

    /** What makes hashes unpredictable; drawn when the first key is made. */
    private static final class Secret {
        static final long START;
        static final long FACTOR;

        static {
            SecureRandom random = new SecureRandom();
            START = random.nextLong();
            FACTOR = random.nextLong() | 1;
        }
    }

    /**
     * A key of any number of parts, for callers outside of configuration's bounds.
     *
     * @throws IllegalArgumentException for more than 127 parts
     */
    public static LimitKey tuple(String... parts) {
        if (parts.length >= WIDE) {
            throw new IllegalArgumentException("key has " + parts.length + " parts, expected at most " + (WIDE - 1));
        }
        if (parts.length == 0) {
            return SHARED;
        }
        String[] kept = new String[parts.length];
        int length = 0;
        boolean wide = false;
        for (int i = 0; i < kept.length; i++) {
            kept[i] = bounded(parts[i]);
            length += kept[i].length();
            wide |= isWide(kept[i]);
        }
        byte[] text = new byte[1 + 2 * (kept.length - 1) + (wide ? 2 * length : length)];
        text[0] = (byte) (kept.length | (wide ? WIDE : 0));
        int at = 1;
        for (int i = 0; i < kept.length; i++) {
            at = write(kept[i], wide, i < kept.length - 1, text, at);
        }
        return new LimitKey(text, hash(text));
    }

    private static boolean isWide(String part) {
        int all = 0;
        for (int i = 0; i < part.length(); i++) {
            all |= part.charAt(i);
        }
        return all > 0xff;
    }

    private static int write(String part, boolean wide, boolean withLength, byte[] text, int from) {
        int at = from;
        if (withLength) {
            int length = wide ? 2 * part.length() : part.length();
            text[at++] = (byte) (length >> 8);
            text[at++] = (byte) length;
        }
        for (int k = 0; k < part.length(); k++) {
            char c = part.charAt(k);
            if (wide) {
                text[at++] = (byte) (c >> 8);
            }
            text[at++] = (byte) c;
        }
        return at;
    }

    /** Eight bytes at a time, each step a product with a secret number of which both halves count. */
    private static int hash(byte[] text) {
        long state = Secret.START ^ text.length;
        int at = 0;
        for (; at + Long.BYTES <= text.length; at += Long.BYTES) {
            state = mixed(state ^ (long) LONGS.get(text, at));
        }
        long rest = 0;
        for (; at < text.length; at++) {
            rest = rest << 8 | (text[at] & 0xff);
        }
        state = mixed(mixed(state ^ rest) ^ Secret.START);
        return (int) (state ^ state >>> 32);
    }

    private static long mixed(long value) {
        return Math.multiplyHigh(value, Secret.FACTOR) ^ value * Secret.FACTOR;
    }

    public static LimitKey of(String first) {
        String kept = bounded(first);
        boolean wide = isWide(kept);
        byte[] text = new byte[1 + (wide ? 2 : 1) * kept.length()];
        text[0] = (byte) (1 | (wide ? WIDE : 0));
        write(kept, wide, false, text, 1);
        return new LimitKey(text, hash(text));
    }

    public static LimitKey of(String first, String second) {
        return tuple(first, second);
    }

    public static LimitKey of(String first, String second, String third) {
        return tuple(first, second, third);
    }

    public static LimitKey of(String first, String second, String third, String fourth) {
        return tuple(first, second, third, fourth);
    }

    /** The key of a list of parts, for callers whose number of parts is configured. */
    public static LimitKey of(List<String> parts) {
        if (parts.size() > MAX_PARTS) {
            throw new IllegalArgumentException("key has " + parts.size() + " parts, expected 0 to " + MAX_PARTS);
        }
        return parts.isEmpty() ? SHARED : tuple(parts.toArray(String[]::new));
    }

    /** The parts as kept: long ones shortened. */
    public List<String> parts() {
        int size = text[0] & (WIDE - 1);
        Charset charset = (text[0] & WIDE) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16BE;
        List<String> all = new ArrayList<>(size);
        int at = 1;
        for (int i = 0; i < size; i++) {
            int length = text.length - at;
            if (i < size - 1) {
                length = (text[at] & 0xff) << 8 | (text[at + 1] & 0xff);
                at += 2;
            }
            all.add(new String(text, at, length, charset));
            at += length;
        }
        return List.copyOf(all);
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
        return this == other || (other instanceof LimitKey that && hash == that.hash && Arrays.equals(text, that.text));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(LimitKey that) {
        return Arrays.compareUnsigned(text, that.text);
    }

    @Override
    public String toString() {
        return String.join("|", parts());
    }
}

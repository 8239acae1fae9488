package dev.waypoint.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A block of IP addresses, written as {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or as a single address.
 *
 * @param network the first address of the block, as hexadecimal digits: 8 for IPv4, 32 for IPv6
 * @param prefixLength the number of leading bits that members share
 */
@Spelled
public record Cidr(String network, int prefixLength) {

    private static final String EXPECTED = "expected a block of addresses such as 10.0.0.0/8 or 2001:db8::/32";

    /**
     * Reads a block. Bits behind the prefix are ignored.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null || text.indexOf('%') >= 0) {
            throw new IllegalArgumentException(EXPECTED);
        }
        int bits = address.length * Byte.SIZE;
        int length = slash < 0 ? bits : prefixLength(text.substring(slash + 1), bits);
        return new Cidr(HexFormat.of().formatHex(masked(address, length)), length);
    }

    private static int prefixLength(String digits, int bits) {
        boolean plain =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int length = plain ? Integer.parseInt(digits) : -1;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(EXPECTED + ": a prefix of 0 to " + bits + " bits");
        }
        return length;
    }

    /** Whether the block holds an address. IPv4 addresses and IPv6 addresses never match each other's blocks. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length * 2 == network.length()
                && HexFormat.of().formatHex(masked(bytes, prefixLength)).equals(network);
    }

    /** An address with all bits behind the prefix cleared. */
    public static byte[] masked(byte[] address, int prefixLength) {
        byte[] result = Arrays.copyOf(address, address.length);
        for (int i = 0; i < result.length; i++) {
            int keep = Math.clamp(prefixLength - (long) i * Byte.SIZE, 0, Byte.SIZE);
            result[i] &= (byte) (0xff << (Byte.SIZE - keep));
        }
        return result;
    }

    /** Prints the block in its canonical form. */
    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(HexFormat.of().parseHex(network)) + "/" + prefixLength;
    }
}

package dev.waypoint.control.trust;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few forms of DER (X.690) that a certificate is made of. */
final class Der {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SHORT_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Instant LONG_TIMES = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int size = content.size();
        if (size < 0x80) {
            out.write(size);
        } else {
            byte[] length = BigInteger.valueOf(size).toByteArray();
            int leading = length[0] == 0 ? 1 : 0;
            out.write(0x80 | (length.length - leading));
            out.write(length, leading, length.length - leading);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return of(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return of(0x31, parts);
    }

    static byte[] integer(BigInteger value) {
        return of(0x02, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return of(0x01, new byte[] {(byte) (value ? 0xff : 0)});
    }

    static byte[] octets(byte[] content) {
        return of(0x04, content);
    }

    /** A bit string of whole bytes. */
    static byte[] bits(byte[] content) {
        return of(0x03, new byte[] {0}, content);
    }

    /** Flags of at most eight bits, the first one being the highest, without trailing zeros. */
    static byte[] flags(int flags) {
        int unused = Integer.numberOfTrailingZeros(flags);
        return of(0x03, new byte[] {(byte) unused, (byte) flags});
    }

    static byte[] text(String text) {
        return of(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** In the form that RFC 5280 §4.1.2.5 asks for. */
    static byte[] time(Instant time) {
        boolean isLong = !time.isBefore(LONG_TIMES);
        return of(
                isLong ? 0x18 : 0x17, (isLong ? TIME : SHORT_TIME).format(time).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            int shift = (31 - Integer.numberOfLeadingZeros(Math.max(1, arc))) / 7 * 7;
            for (; shift > 0; shift -= 7) {
                out.write(0x80 | (arc >> shift & 0x7f));
            }
            out.write(arc & 0x7f);
        }
        return of(0x06, out.toByteArray());
    }
}

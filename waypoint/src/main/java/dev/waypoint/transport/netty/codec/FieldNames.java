package dev.waypoint.transport.netty.codec;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.transport.netty.codec.FieldName.Meaning;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header names by their bytes, so that a name that was seen before costs no allocation. Learns names until its slots are taken;
 * one for each event loop.
 */
final class FieldNames {

    private static final int SLOTS = 2048;
    private static final int LONGEST = 48;

    private static final List<FieldName> SPECIAL = List.of(
            new FieldName(HttpHeaderNames.HOST, Meaning.HOST),
            new FieldName(HttpHeaderNames.CONTENT_LENGTH, Meaning.CONTENT_LENGTH),
            new FieldName(HttpHeaderNames.TRANSFER_ENCODING, Meaning.TRANSFER_ENCODING),
            new FieldName(HttpHeaderNames.CONNECTION, Meaning.CONNECTION),
            new FieldName(HttpHeaderNames.UPGRADE, Meaning.UPGRADE),
            new FieldName(HttpHeaderNames.TE, Meaning.TE),
            new FieldName(HttpHeaderNames.EXPECT, Meaning.EXPECT),
            new FieldName(AsciiString.cached("keep-alive"), Meaning.HOP),
            new FieldName(AsciiString.cached("proxy-connection"), Meaning.HOP),
            new FieldName(AsciiString.cached("http2-settings"), Meaning.HOP));

    private final @Nullable FieldName[] slots = new @Nullable FieldName[SLOTS];

    FieldNames() {
        for (FieldName name : SPECIAL) {
            AsciiString text = name.text();
            slots[slot(hash(text.array(), text.arrayOffset(), text.arrayOffset() + text.length()))] = name;
        }
    }

    /** The hash that {@link #find} wants: of lower-case letters. */
    static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + lower(bytes[i]);
        }
        return hash;
    }

    static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static int slot(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed >>> (32 - 11);
    }

    /** The name in the given bytes, all of which are token characters. */
    FieldName find(byte[] bytes, int from, int to, int hash) {
        int slot = slot(hash);
        FieldName known = slots[slot];
        if (known != null && same(known.text(), bytes, from, to)) {
            return known;
        }
        FieldName made = make(bytes, from, to);
        if (known == null && to - from <= LONGEST) {
            slots[slot] = made;
        }
        return made;
    }

    private static FieldName make(byte[] bytes, int from, int to) {
        byte[] copy = new byte[to - from];
        for (int i = from; i < to; i++) {
            copy[i - from] = (byte) lower(bytes[i]);
        }
        AsciiString text = new AsciiString(copy, false);
        for (FieldName special : SPECIAL) {
            if (special.text().equals(text)) {
                return special;
            }
        }
        return new FieldName(HttpHeaderNames.of(text), Meaning.END_TO_END);
    }

    private static boolean same(AsciiString text, byte[] bytes, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        byte[] known = text.array();
        int offset = text.arrayOffset();
        for (int i = from; i < to; i++) {
            if (known[offset++] != lower(bytes[i])) {
                return false;
            }
        }
        return true;
    }
}

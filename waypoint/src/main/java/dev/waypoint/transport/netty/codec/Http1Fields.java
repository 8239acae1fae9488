package dev.waypoint.transport.netty.codec;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Parses header lines (RFC 9112, section 5), strictly: each line ends with CR LF, no folding, no space before the colon, no
 * control characters. What tells the two ends of a connection different things is refused.
 */
final class Http1Fields {

    private static final boolean[] TOKEN =
            table("!#$%&'*+-.^_`|~0123456789" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static final boolean[] VALUE = values();

    private final FieldNames names = new FieldNames();

    private static boolean[] table(String characters) {
        boolean[] table = new boolean[256];
        for (int i = 0; i < characters.length(); i++) {
            table[characters.charAt(i)] = true;
        }
        return table;
    }

    private static boolean[] values() {
        boolean[] table = new boolean[256];
        for (int i = 0x20; i < 256; i++) {
            table[i] = i != 0x7f;
        }
        table['\t'] = true;
        return table;
    }

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /**
     * Parses header lines to the empty line.
     *
     * @return the index after the empty line, or -1 if it is not there yet
     */
    int parse(byte[] b, int start, int limit, Http1Head head) throws BadMessage {
        int i = start;
        while (i < limit) {
            if (b[i] == '\r') {
                if (i + 1 == limit) {
                    return -1;
                }
                if (b[i + 1] != '\n') {
                    throw new BadMessage(400, "a carriage return without line feed among the headers");
                }
                finish(head);
                return i + 2;
            }
            int nameStart = i;
            int hash = 0;
            while (i < limit && TOKEN[b[i] & 0xff]) {
                hash = 31 * hash + FieldNames.lower(b[i++]);
            }
            if (i == limit) {
                return -1;
            }
            if (b[i] != ':' || i == nameStart) {
                throw badName(b[i], i == nameStart);
            }
            int nameEnd = i++;
            while (i < limit && (b[i] == ' ' || b[i] == '\t')) {
                i++;
            }
            int valueStart = i;
            while (i < limit && VALUE[b[i] & 0xff]) {
                i++;
            }
            if (i == limit || (b[i] == '\r' && i + 1 == limit)) {
                return -1;
            }
            if (b[i] != '\r' || b[i + 1] != '\n') {
                throw new BadMessage(400, "a header's value holds the control character 0x%02x".formatted(b[i]));
            }
            int valueEnd = i;
            while (valueEnd > valueStart && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            if (++head.fields > Http1Head.MAX_FIELDS) {
                throw new BadMessage(431, "more than " + Http1Head.MAX_FIELDS + " headers");
            }
            FieldName name = names.find(b, nameStart, nameEnd, hash);
            field(name, new String(b, valueStart, valueEnd - valueStart, StandardCharsets.ISO_8859_1), head);
            i += 2;
        }
        return -1;
    }

    private static BadMessage badName(byte found, boolean atStart) {
        if (atStart && (found == ' ' || found == '\t')) {
            return new BadMessage(400, "a header is folded over lines");
        }
        return new BadMessage(400, "a header's name holds the character 0x%02x".formatted(found));
    }

    private static void field(FieldName name, String value, Http1Head head) throws BadMessage {
        switch (name.meaning()) {
            case END_TO_END -> head.headers.add(name.text(), value);
            case HOST -> {
                head.hosts++;
                head.host = value;
            }
            case CONTENT_LENGTH -> contentLength(value, head);
            case TRANSFER_ENCODING -> transferEncoding(value, head);
            case CONNECTION -> connection(value, head);
            case UPGRADE -> head.upgrade = head.upgrade.isEmpty() ? value : head.upgrade + ", " + value;
            case TE -> head.sawTrailersTe |= hasToken(value, "trailers");
            case EXPECT -> {
                head.expectContinue |= value.equalsIgnoreCase("100-continue");
                head.expectOther |= !value.equalsIgnoreCase("100-continue");
            }
            case HOP -> {}
        }
    }

    private static void contentLength(String value, Http1Head head) throws BadMessage {
        if (head.contentLength >= 0) {
            throw new BadMessage(400, "more than one content-length");
        }
        int length = value.length();
        if (length == 0 || length > 18) {
            throw new BadMessage(400, "content-length is not a number of 1 to 18 digits");
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                throw new BadMessage(400, "content-length is not a number");
            }
            number = number * 10 + (c - '0');
        }
        head.contentLength = number;
        head.headers.add(HttpHeaderNames.CONTENT_LENGTH, value);
    }

    private static void transferEncoding(String value, Http1Head head) throws BadMessage {
        if (head.transferEncoding) {
            throw new BadMessage(400, "more than one transfer-encoding");
        }
        head.transferEncoding = true;
        if (!value.equalsIgnoreCase("chunked")) {
            throw new BadMessage(value.isEmpty() ? 400 : 501, "transfer-encoding is other than chunked");
        }
        head.chunked = true;
    }

    private static void connection(String value, Http1Head head) {
        int from = 0;
        while (from <= value.length()) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            connectionToken(value.substring(from, to).trim(), head);
            from = to + 1;
        }
    }

    private static void connectionToken(String token, Http1Head head) {
        if (token.equalsIgnoreCase("close")) {
            head.close = true;
        } else if (token.equalsIgnoreCase("keep-alive")) {
            head.keepAlive = true;
        } else if (token.equalsIgnoreCase("upgrade")) {
            head.connectionUpgrade = true;
        } else if (!token.isEmpty() && !token.equalsIgnoreCase("te") && !token.equalsIgnoreCase("content-length")) {
            head.nominated = head.nominated + token.toLowerCase(Locale.ROOT) + ",";
        }
    }

    /** Removes what the connection header listed, and settles what depends on more than one header. */
    private static void finish(Http1Head head) throws BadMessage {
        if (head.chunked && head.contentLength >= 0) {
            throw new BadMessage(400, "both content-length and transfer-encoding");
        }
        if (head.transferEncoding && head.http10) {
            throw new BadMessage(400, "transfer-encoding in HTTP/1.0");
        }
        if (!head.nominated.isEmpty()) {
            removeNominated(head.nominated, head.headers);
        }
        if (head.sawTrailersTe) {
            head.headers.add(HttpHeaderNames.TE, "trailers");
        }
    }

    private static void removeNominated(String names, HttpHeadersBuilder headers) throws BadMessage {
        for (String name : names.split(",")) {
            for (int i = 0; i < name.length(); i++) {
                if (name.charAt(i) > 127 || !TOKEN[name.charAt(i)]) {
                    throw new BadMessage(400, "connection lists something that is no header name");
                }
            }
            headers.remove(name);
        }
    }

    static boolean hasToken(String list, String token) {
        int at = 0;
        while (at <= list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            if (list.substring(at, end).trim().equalsIgnoreCase(token)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }
}

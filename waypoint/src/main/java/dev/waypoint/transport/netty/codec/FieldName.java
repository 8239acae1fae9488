package dev.waypoint.transport.netty.codec;

import io.netty.util.AsciiString;

/** A header's name in lower case, with what it means to a connection. */
record FieldName(AsciiString text, Meaning meaning) {

    /** What a header means to a connection. */
    enum Meaning {
        /** Nothing: it goes from end to end. */
        END_TO_END,
        HOST,
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        CONNECTION,
        UPGRADE,
        TE,
        EXPECT,
        /** Belongs to the connection and is of no interest: never passed on. */
        HOP
    }
}

package dev.waypoint.message;

/** Why a stream was ended before its time; HTTP/2's codes (RFC 9113, section 7). HTTP/1 connections are closed instead. */
public enum ResetCode {
    NO_ERROR(0),
    PROTOCOL_ERROR(1),
    INTERNAL_ERROR(2),
    FLOW_CONTROL_ERROR(3),
    STREAM_CLOSED(5),
    FRAME_SIZE_ERROR(6),
    REFUSED_STREAM(7),
    CANCEL(8),
    CONNECT_ERROR(10),
    ENHANCE_YOUR_CALM(11),
    INADEQUATE_SECURITY(12),
    HTTP_1_1_REQUIRED(13);

    private final int code;

    ResetCode(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The code of a number; {@link #INTERNAL_ERROR} for one that is unknown. */
    public static ResetCode of(long number) {
        for (ResetCode value : values()) {
            if (value.code == number) {
                return value;
            }
        }
        return INTERNAL_ERROR;
    }
}

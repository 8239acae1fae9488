package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reads a {@code ProcessingMode}. */
final class ExtProcModes {

    private static final String DUPLEX = "FullDuplexStreamed";

    /** {@code HeaderSendMode} in the order of the numbers. */
    private enum Send {
        DEFAULT("Default"),
        SEND("Send"),
        SKIP("Skip");

        private final String ours;

        Send(String ours) {
            this.ours = ours;
        }
    }

    /** {@code BodySendMode} in the order of the numbers. Envoy has no code for GRPC: it treats it as NONE. */
    private enum Body {
        NONE("None"),
        STREAMED("Streamed"),
        BUFFERED("Buffered"),
        BUFFERED_PARTIAL("BufferedPartial"),
        FULL_DUPLEX_STREAMED(DUPLEX),
        GRPC("None");

        private final String ours;

        Body(String ours) {
            this.ours = ours;
        }
    }

    private ExtProcModes() {}

    static ObjectNode read(Message mode) {
        mode.binding();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        direction(mode, "request", out.putObject("request"));
        direction(mode, "response", out.putObject("response"));
        return out;
    }

    private static void direction(Message mode, String name, ObjectNode out) {
        out.put("headers", mode.choice(name + "_header_mode", Send.class, Send.DEFAULT).ours);
        out.put("body", mode.choice(name + "_body_mode", Body.class, Body.NONE).ours);
        out.put("trailers", mode.choice(name + "_trailer_mode", Send.class, Send.DEFAULT).ours);
    }

    /** Full duplex needs trailers; Envoy asks for it on the filter only, not on routes. */
    static void requireTrailers(Message mode, ObjectNode read) {
        for (String name : new String[] {"request", "response"}) {
            if (read.path(name).path("body").asText().equals(DUPLEX)
                    && !read.path(name).path("trailers").asText().equals(Send.SEND.ours)) {
                mode.error(name + "_body_mode", "needs " + name + "_trailer_mode SEND");
            }
        }
    }
}

package dev.waypoint.extproc.processor;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.state.BodyMode;
import java.util.Map;

/** What a proxy tells about an exchange besides the message itself. */
public interface ProcessorExchange {

    /**
     * How request bodies are sent, as the proxy said with its first message ({@code protocol_config}); what the service assumes if
     * it did not say.
     */
    BodyMode requestBodyMode();

    /** How response bodies are sent. */
    BodyMode responseBodyMode();

    /** Whether the proxy only shows messages and ignores answers ({@code observability_mode}). */
    boolean observed();

    /** All attributes that came so far, by the name that the configuration gave them. */
    Map<String, Value> attributes();

    /** The metadata of the last message, by namespace ({@code metadata_context.filter_metadata}). */
    Map<String, Struct> metadata();

    /**
     * Sends metadata along with the next answer ({@code dynamic_metadata}). The proxy keeps it only for namespaces that its
     * configuration lists.
     */
    void publish(String namespace, Struct values);
}

package dev.waypoint.extproc.server;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.processor.ProcessorExchange;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.Modes;
import dev.waypoint.extproc.v3.ProcessingRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the messages of a stream said so far, besides their payload. */
final class ServedExchange implements ProcessorExchange {

    private final Map<String, Value> attributes = new LinkedHashMap<>();
    private Map<String, Struct> metadata = Map.of();
    private Struct.Builder published = Struct.newBuilder();
    private BodyMode requestBody;
    private BodyMode responseBody;
    private boolean observed;

    ServedExchange(BodyMode assumed) {
        this.requestBody = assumed;
        this.responseBody = assumed;
    }

    void read(ProcessingRequest message) {
        observed = message.getObservabilityMode();
        if (message.hasProtocolConfig()) {
            requestBody = BodyMode.of(message.getProtocolConfig().getRequestBodyMode());
            responseBody = BodyMode.of(message.getProtocolConfig().getResponseBodyMode());
        }
        message.getAttributesMap().values().forEach(group -> attributes.putAll(group.getFieldsMap()));
        metadata = message.getMetadataContext().getFilterMetadataMap();
    }

    /** The processor asked for other modes, and is believed to get them. */
    void override(Modes modes) {
        requestBody = modes.requestBody();
        responseBody = modes.responseBody();
    }

    BodyMode bodyMode(Direction direction) {
        return direction == Direction.REQUEST ? requestBody : responseBody;
    }

    /** What was published since the last call. */
    Struct takePublished() {
        Struct taken = published.build();
        published = Struct.newBuilder();
        return taken;
    }

    @Override
    public BodyMode requestBodyMode() {
        return requestBody;
    }

    @Override
    public BodyMode responseBodyMode() {
        return responseBody;
    }

    @Override
    public boolean observed() {
        return observed;
    }

    @Override
    public Map<String, Value> attributes() {
        return Collections.unmodifiableMap(attributes);
    }

    @Override
    public Map<String, Struct> metadata() {
        return metadata;
    }

    @Override
    public void publish(String namespace, Struct values) {
        published.putFields(namespace, Value.newBuilder().setStructValue(values).build());
    }
}

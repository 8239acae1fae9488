package dev.waypoint.extproc;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.MachineSettings;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.HttpTrailers;
import dev.waypoint.extproc.v3.Metadata;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProtocolConfiguration;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Builds what is sent to a processor; one for each filter. */
final class Messages {

    /** Metadata that processors set as typed messages, by namespace. */
    static final ExchangeKey<Map<String, Any>> TYPED_METADATA = ExchangeKey.of("ext-proc typed metadata");

    /** The key of attributes, by which processors know them from Envoy. */
    private static final String ATTRIBUTES_KEY = "envoy.filters.http.ext_proc";

    /** The namespace of the fixed metadata of a configuration. */
    private static final String FIXED_NAMESPACE = "waypoint.dev/ext-proc";

    private final SharingConfig sharing;
    private final ShownNames shown;
    private final Attributes requestAttributes;
    private final Attributes responseAttributes;
    private final boolean observe;
    private final ProtocolConfiguration protocol;
    private final boolean plainMetadata;

    Messages(ExtProcConfig config, MachineSettings settings) {
        this.sharing = config.sharing();
        this.shown = new ShownNames(sharing.shownHeaders());
        this.requestAttributes = new Attributes(sharing.requestAttributes());
        this.responseAttributes = new Attributes(sharing.responseAttributes());
        this.observe = settings.observe();
        this.protocol = ProtocolConfiguration.newBuilder()
                .setRequestBodyMode(settings.modes().requestBody().wire())
                .setResponseBodyMode(settings.modes().responseBody().wire())
                .setSendBodyWithoutWaitingForHeaderResponse(settings.earlyBody())
                .build();
        this.plainMetadata = sharing.metadata().isEmpty()
                && sharing.readable().untyped().isEmpty()
                && sharing.readable().typed().isEmpty();
    }

    /** Begins a message: all but its payload. */
    ProcessingRequest.Builder begin(Exchange exchange, Direction direction, boolean first, boolean firstOfDirection) {
        ProcessingRequest.Builder message = ProcessingRequest.newBuilder().setMetadataContext(metadata(exchange));
        if (observe) {
            message.setObservabilityMode(true);
        } else if (first) {
            message.setProtocolConfig(protocol);
        }
        Attributes attributes = direction == Direction.REQUEST ? requestAttributes : responseAttributes;
        if (firstOfDirection && !attributes.isEmpty()) {
            message.putAttributes(ATTRIBUTES_KEY, attributes.evaluate(exchange));
        }
        return message;
    }

    HttpHeaders headers(HeaderFields fields, boolean end) {
        return HttpHeaders.newBuilder()
                .setHeaders(map(fields))
                .setEndOfStream(end)
                .build();
    }

    static HttpBody body(ByteString bytes, boolean end) {
        return HttpBody.newBuilder().setBody(bytes).setEndOfStream(end).build();
    }

    HttpTrailers trailers(HeaderFields fields) {
        return HttpTrailers.newBuilder().setTrailers(map(fields)).build();
    }

    private HeaderMap map(HeaderFields fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        fields.forEach((name, value) -> {
            if (shown.shows(name)) {
                map.addHeaders(HeaderValue.newBuilder()
                        .setKey(name.toString())
                        .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1)));
            }
        });
        return map.build();
    }

    private Metadata metadata(Exchange exchange) {
        if (plainMetadata) {
            return Metadata.getDefaultInstance();
        }
        Metadata.Builder metadata = Metadata.newBuilder();
        if (!sharing.metadata().isEmpty()) {
            Struct.Builder fixed = Struct.newBuilder();
            sharing.metadata()
                    .forEach((name, value) -> fixed.putFields(
                            name, Value.newBuilder().setStringValue(value).build()));
            metadata.putFilterMetadata(FIXED_NAMESPACE, fixed.build());
        }
        for (String namespace : sharing.readable().untyped()) {
            var value = exchange.metadata().get(namespace);
            if (value != null) {
                metadata.putFilterMetadata(namespace, Structs.of(value));
            }
        }
        exchange.get(TYPED_METADATA).ifPresent(typed -> {
            for (String namespace : sharing.readable().typed()) {
                Any value = typed.get(namespace);
                if (value != null) {
                    metadata.putTypedFilterMetadata(namespace, value);
                }
            }
        });
        return metadata.build();
    }
}

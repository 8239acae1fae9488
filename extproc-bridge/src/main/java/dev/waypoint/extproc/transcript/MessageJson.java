package dev.waypoint.extproc.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Messages as the JSON that protobuf defines for them, with one exception: bytes that are text stand there as text, in fields with
 * {@code Text} in their name ({@code rawText} for {@code rawValue}, {@code bodyText} for {@code body}), so that people can read and
 * compare them.
 */
public final class MessageJson {

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().omittingInsignificantWhitespace().sortingMapKeys();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bytes of the protocol, and their name as text. */
    private static final Map<String, String> TEXTS = Map.of("rawValue", "rawText", "body", "bodyText");

    private static final Map<String, String> BYTES = Map.of("rawText", "rawValue", "bodyText", "body");

    /** Fields that hold what users name, not the protocol. */
    private static final Set<String> FREE =
            Set.of("metadataContext", "attributes", "dynamicMetadata", "typedDynamicMetadata");

    private MessageJson() {}

    /** The message as JSON. Typed metadata of types that nobody here knows is left out. */
    public static ObjectNode of(MessageOrBuilder message) {
        String text;
        try {
            text = PRINTER.print(message);
        } catch (InvalidProtocolBufferException unknownType) {
            return of(withoutTypedMetadata(message));
        }
        try {
            ObjectNode tree = (ObjectNode) JSON.readTree(text);
            return tree.isEmpty() ? tree : (ObjectNode) with(MessageJson::toText, tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("protobuf prints JSON", e);
        }
    }

    private static MessageOrBuilder withoutTypedMetadata(MessageOrBuilder message) {
        if (message instanceof ProcessingResponse response && response.getTypedDynamicMetadataCount() > 0) {
            return response.toBuilder().clearTypedDynamicMetadata().build();
        }
        if (message instanceof ProcessingRequest request
                && request.getMetadataContext().getTypedFilterMetadataCount() > 0) {
            var plain = request.toBuilder();
            plain.getMetadataContextBuilder().clearTypedFilterMetadata();
            return plain.build();
        }
        throw new IllegalStateException("a message without types of others can always be printed");
    }

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static <B extends Message.Builder> B read(JsonNode json, B builder) {
        try {
            PARSER.merge(with(MessageJson::toBytes, json).toString(), builder);
            return builder;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "the message is no " + builder.getDescriptorForType().getName() + ": " + e.getMessage(), e);
        }
    }

    /** What becomes of a field, if it is one that the two forms write differently. */
    private interface FieldForm {
        Optional<Map.Entry<String, String>> of(String name, String value);
    }

    private static Optional<Map.Entry<String, String>> toText(String name, String value) {
        return TEXTS.containsKey(name)
                ? text(Base64.getDecoder().decode(value)).map(text -> Map.entry(TEXTS.getOrDefault(name, name), text))
                : Optional.empty();
    }

    private static Optional<Map.Entry<String, String>> toBytes(String name, String value) {
        return BYTES.containsKey(name)
                ? Optional.of(Map.entry(
                        BYTES.getOrDefault(name, name),
                        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))))
                : Optional.empty();
    }

    private static JsonNode with(FieldForm form, JsonNode node) {
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(entry -> array.add(with(form, entry)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            Optional<Map.Entry<String, String>> other =
                    value.isTextual() ? form.of(name, value.textValue()) : Optional.empty();
            other.ifPresentOrElse(
                    entry -> object.put(entry.getKey(), entry.getValue()),
                    () -> object.set(name, FREE.contains(name) ? value : with(form, value)));
        }
        return object;
    }

    /** The bytes as text, if that is what they are. */
    private static Optional<String> text(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        boolean printable = text.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r' || c == '\t');
        return printable ? Optional.of(text) : Optional.empty();
    }
}

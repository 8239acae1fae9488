package com.example.extproc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorSession;
import java.util.ArrayList;
import java.util.List;

/** Lets orders pass that are JSON objects with a {@code name} and a {@code quantity}, and answers all others itself. */
final class OrderValidation implements ProcessorSession {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
        if (!headers.first(":method").orElse("").equals("POST")) {
            return HeadersAnswer.proceed();
        }
        if (end) {
            return refusal(400, "a JSON body is expected");
        }
        String type = headers.first("content-type").orElse("");
        return type.startsWith("application/json")
                ? HeadersAnswer.proceed()
                : refusal(415, "content-type must be application/json");
    }

    @Override
    public BodyAnswer onRequestBody(ByteString data, boolean end) {
        JsonNode order;
        try {
            order = JSON.readTree(data.toStringUtf8());
        } catch (JsonProcessingException e) {
            return refusal(400, "the body is not JSON");
        }
        if (!order.isObject()) {
            return refusal(422, "a JSON object is expected");
        }
        List<String> problems = new ArrayList<>();
        JsonNode name = order.path("name");
        if (!name.isTextual() || name.textValue().isEmpty()) {
            problems.add("name must be a non-empty string");
        }
        JsonNode quantity = order.path("quantity");
        if (!quantity.isIntegralNumber()
                || !quantity.canConvertToInt()
                || quantity.intValue() < 1
                || quantity.intValue() > 1000) {
            problems.add("quantity must be a whole number from 1 to 1000");
        }
        return problems.isEmpty()
                ? BodyAnswer.unchanged(HeaderChanges.none().set("x-validated", "true"))
                : refusal(422, String.join("; ", problems));
    }

    private static ImmediateAnswer refusal(int status, String problem) {
        return ImmediateAnswer.json(status, "{\"error\":\"" + problem + "\"}").because("order_refused");
    }
}

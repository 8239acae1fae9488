package dev.waypoint.control.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An API server in memory that takes server-side apply, too: as a creation, or as an update in which applied lists replace those
 * that are there. It knows no managers of fields; what depends on them is proved on a real server.
 */
final class ApplyDispatcher extends KubernetesCrudDispatcher {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int NOT_FOUND = 404;
    private static final String TYPE = "Content-Type";

    @Override
    public MockResponse handlePatch(RecordedRequest request) {
        if (!String.valueOf(request.getHeader(TYPE)).startsWith("application/apply-patch")) {
            return super.handlePatch(request);
        }
        String path = request.getPath().replaceFirst("\\?.*", "");
        String applied = request.getUtf8Body();
        MockResponse known = handleGet(path.replaceFirst("/status$", ""));
        if (known.code() == NOT_FOUND) {
            return path.endsWith("/status")
                    ? known
                    : handleCreate(as(request, HttpMethod.POST, path.replaceFirst("/[^/]+$", ""), applied));
        }
        try {
            ObjectNode object = (ObjectNode) MAPPER.readTree(known.getBody().getBytes());
            lay((ObjectNode) MAPPER.readTree(applied), object);
            return handleUpdate(as(request, HttpMethod.PUT, path, object.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void lay(ObjectNode applied, ObjectNode over) {
        applied.properties().forEach(field -> {
            JsonNode below = over.path(field.getKey());
            if (field.getValue() instanceof ObjectNode part && below instanceof ObjectNode known) {
                lay(part, known);
            } else {
                over.set(field.getKey(), field.getValue());
            }
        });
    }

    private static RecordedRequest as(RecordedRequest request, HttpMethod method, String path, String body) {
        return new RecordedRequest(
                request.getHttpVersion(),
                method,
                path,
                request.getHeaders()
                        .newBuilder()
                        .setHeader(TYPE, "application/json")
                        .build(),
                new Buffer(body.getBytes(StandardCharsets.UTF_8)));
    }
}

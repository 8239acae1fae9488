package dev.waypoint.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.RequestHead;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as a line of the access log tells it, in either format.
 *
 * @param time when it came
 * @param client the client's address
 * @param head the parts that the log holds: of the headers the user agent alone
 */
record LoggedRequest(Instant time, InetAddress client, RequestHead head) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Time, method, path, protocol; eight fields that do not matter here; client, user agent, request id, authority. */
    private static final Pattern TEXT = Pattern.compile(
            "\\[(\\S+)] \"(\\S+) (.*) (HTTP/[0-9.]+)\" (?:\\S+ ){7}(\\S+) \"([^\"]*)\" \"[^\"]*\" \"([^\"]*)\".*");

    /** Reads a line; empty if it is no request. */
    static Optional<LoggedRequest> parse(String line) {
        try {
            return line.startsWith("{") ? ofJson(JSON.readTree(line)) : ofText(line);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Optional<LoggedRequest> ofJson(JsonNode line) {
        return of(
                line.path("time").asText(),
                line.path("client").asText(),
                line.path("method").asText(),
                line.path("authority").asText(),
                line.path("path").asText(),
                line.path("user_agent").asText());
    }

    private static Optional<LoggedRequest> ofText(String line) {
        Matcher fields = TEXT.matcher(line);
        return fields.matches()
                ? of(
                        fields.group(1),
                        fields.group(5),
                        fields.group(2),
                        fields.group(7),
                        fields.group(3),
                        fields.group(6))
                : Optional.empty();
    }

    private static Optional<LoggedRequest> of(
            String time, String client, String method, String authority, String path, String userAgent) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(client);
        if (address == null || method.isEmpty() || path.isEmpty()) {
            return Optional.empty();
        }
        HttpHeadersBuilder headers = HttpHeaders.builder();
        if (!userAgent.isEmpty() && !userAgent.equals("-")) {
            headers.add("user-agent", userAgent);
        }
        try {
            return Optional.of(new LoggedRequest(
                    Instant.parse(time),
                    InetAddress.getByAddress(address),
                    new RequestHead(method, "http", authority, path, headers)));
        } catch (DateTimeParseException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}

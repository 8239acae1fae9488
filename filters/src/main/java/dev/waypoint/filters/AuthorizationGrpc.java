package dev.waypoint.filters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.check.Address;
import dev.waypoint.filters.check.AttributeContext;
import dev.waypoint.filters.check.CheckRequest;
import dev.waypoint.filters.check.CheckResponse;
import dev.waypoint.filters.check.HeaderValueOption;
import dev.waypoint.filters.check.OkHttpResponse;
import dev.waypoint.filters.check.Peer;
import dev.waypoint.filters.check.QueryParameter;
import dev.waypoint.filters.check.Request;
import dev.waypoint.filters.check.SocketAddress;
import dev.waypoint.filters.check.TlsSession;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks {@code envoy.service.auth.v3.Authorization/Check}. A unary call is one framed message in each direction, so no gRPC runtime
 * is needed.
 */
final class AuthorizationGrpc implements ExtAuthz.Protocol {

    private static final String PATH = "/envoy.service.auth.v3.Authorization/Check";
    private static final int FRAME_HEADER = 5;
    private static final int DENIED = 403;

    private final List<String> allowedHeaders;
    private final Map<String, String> contextExtensions;

    AuthorizationGrpc(List<String> allowedHeaders, Map<String, String> contextExtensions) {
        this.allowedHeaders = allowedHeaders;
        this.contextExtensions = contextExtensions;
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public HttpRequest request(Exchange exchange, byte[] body, String authority) {
        byte[] message = CheckRequest.newBuilder()
                .setAttributes(attributes(exchange, body))
                .build()
                .toByteArray();
        byte[] framed = ByteBuffer.allocate(FRAME_HEADER + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.POST, PATH)
                .authority(authority)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
                .set(HttpHeaderNames.TE, "trailers")
                .build();
        return HttpRequest.of(headers, HttpData.wrap(framed));
    }

    private AttributeContext attributes(Exchange exchange, byte[] body) {
        RequestHead head = exchange.request();
        Instant now = Instant.now();
        Peer.Builder source =
                Peer.newBuilder().setAddress(address(exchange.clientAddress().getHostAddress(), exchange.clientPort()));
        exchange.get(ExchangeKeys.IDENTITY).map(CallerIdentity::id).ifPresent(source::setPrincipal);
        InetSocketAddress local = exchange.connection().local();
        AttributeContext.Builder attributes = AttributeContext.newBuilder()
                .setSource(source)
                .setDestination(
                        Peer.newBuilder().setAddress(address(local.getAddress().getHostAddress(), local.getPort())))
                .setRequest(Request.newBuilder()
                        .setTime(Timestamp.newBuilder()
                                .setSeconds(now.getEpochSecond())
                                .setNanos(now.getNano()))
                        .setHttp(http(exchange, head, body)))
                .putAllContextExtensions(contextExtensions);
        exchange.connection()
                .tls()
                .ifPresent(
                        tls -> attributes.setTlsSession(TlsSession.newBuilder().setSni(tls.serverName())));
        return attributes.build();
    }

    private dev.waypoint.filters.check.HttpRequest http(Exchange exchange, RequestHead head, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        headers.put(":method", head.method());
        headers.put(":scheme", head.scheme());
        headers.put(":authority", head.authority());
        headers.put(":path", head.path());
        head.headers().build().forEach((name, value) -> {
            if (allowedHeaders.isEmpty() || allowedHeaders.contains(name.toString())) {
                headers.merge(name.toString(), value, (first, second) -> first + "," + second);
            }
        });
        return dev.waypoint.filters.check.HttpRequest.newBuilder()
                .setId(exchange.requestId())
                .setMethod(head.method())
                .putAllHeaders(headers)
                .setPath(head.path())
                .setHost(head.authority())
                .setScheme(head.scheme())
                .setSize(head.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1))
                .setProtocol(exchange.connection().protocol().text())
                .setBodyBytes(utf8OrEmpty(body))
                .setRawBody(ByteString.copyFrom(body))
                .build();
    }

    /** The field {@code body} is text: what is not goes as {@code raw_body} only. */
    private static ByteString utf8OrEmpty(byte[] body) {
        ByteString bytes = ByteString.copyFrom(body);
        return bytes.isValidUtf8() ? bytes : ByteString.EMPTY;
    }

    private static Address address(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }

    @Override
    public AuthorizationAnswer read(AggregatedHttpResponse response) {
        String status =
                response.trailers().get("grpc-status", response.headers().get("grpc-status", ""));
        if (response.status().code() != 200 || !status.equals("0")) {
            String message =
                    response.trailers().get("grpc-message", response.headers().get("grpc-message", ""));
            throw new IllegalStateException("the service answered HTTP "
                    + response.status().code() + ", grpc-status '" + status + "' " + message);
        }
        byte[] framed = response.content().array();
        if (framed.length < FRAME_HEADER
                || framed[0] != 0
                || ByteBuffer.wrap(framed).getInt(1) != framed.length - FRAME_HEADER) {
            throw new IllegalStateException("the service's answer is not one uncompressed gRPC message");
        }
        try {
            return answer(
                    CheckResponse.parseFrom(ByteString.copyFrom(framed, FRAME_HEADER, framed.length - FRAME_HEADER)));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the service's answer is not a CheckResponse: " + e.getMessage(), e);
        }
    }

    private static AuthorizationAnswer answer(CheckResponse response) {
        if (response.getStatus().getCode() != 0) {
            HttpHeadersBuilder headers = HttpHeaders.builder();
            edits(response.getDeniedResponse().getHeadersList()).forEach(edit -> edit.apply(headers));
            int status = response.getDeniedResponse().getStatus().getCode();
            return new AuthorizationAnswer.Denied(
                    status < 200 || status > 599 ? DENIED : status,
                    headers.build(),
                    HttpData.ofUtf8(response.getDeniedResponse().getBody()));
        }
        OkHttpResponse ok = response.getOkResponse();
        Map<String, String> query = new HashMap<>();
        for (QueryParameter parameter : ok.getQueryParametersToSetList()) {
            query.put(parameter.getKey(), parameter.getValue());
        }
        return new AuthorizationAnswer.Allowed(
                edits(ok.getHeadersList()),
                ok.getHeadersToRemoveList().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList(),
                edits(ok.getResponseHeadersToAddList()),
                query,
                List.copyOf(ok.getQueryParametersToRemoveList()),
                response.hasDynamicMetadata() ? Optional.of(json(response.getDynamicMetadata())) : Optional.empty());
    }

    private static List<AuthorizationAnswer.Edit> edits(List<HeaderValueOption> options) {
        List<AuthorizationAnswer.Edit> edits = new ArrayList<>();
        for (HeaderValueOption option : options) {
            String name = option.getHeader().getKey().toLowerCase(Locale.ROOT);
            String value = option.getHeader().getRawValue().isEmpty()
                    ? option.getHeader().getValue()
                    : option.getHeader().getRawValue().toStringUtf8();
            edits.add(new AuthorizationAnswer.Edit(HttpHeaderNames.of(name), value, how(option)));
        }
        return edits;
    }

    /** In these messages a header replaces what there is, unless the answer says otherwise. */
    private static AuthorizationAnswer.Edit.How how(HeaderValueOption option) {
        if (option.hasAppend()) {
            return option.getAppend().getValue()
                    ? AuthorizationAnswer.Edit.How.APPEND
                    : AuthorizationAnswer.Edit.How.SET;
        }
        return switch (option.getAppendAction()) {
            case ADD_IF_ABSENT -> AuthorizationAnswer.Edit.How.ADD_IF_ABSENT;
            case OVERWRITE_IF_EXISTS -> AuthorizationAnswer.Edit.How.SET_IF_PRESENT;
            case APPEND_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS_OR_ADD, UNRECOGNIZED -> AuthorizationAnswer.Edit.How.SET;
        };
    }

    private static ObjectNode json(Struct struct) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        struct.getFieldsMap().forEach((key, value) -> node.set(key, json(value)));
        return node;
    }

    private static JsonNode json(Value value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value.getKindCase()) {
            case STRING_VALUE -> nodes.textNode(value.getStringValue());
            case NUMBER_VALUE -> nodes.numberNode(value.getNumberValue());
            case BOOL_VALUE -> nodes.booleanNode(value.getBoolValue());
            case STRUCT_VALUE -> json(value.getStructValue());
            case LIST_VALUE -> {
                var array = nodes.arrayNode();
                value.getListValue().getValuesList().forEach(entry -> array.add(json(entry)));
                yield array;
            }
            case NULL_VALUE, KIND_NOT_SET -> nodes.nullNode();
        };
    }
}

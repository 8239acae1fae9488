package dev.waypoint.observe;

import dev.waypoint.filter.ReplyCause;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RuleIr;
import java.time.Instant;
import java.util.Locale;

/** How a line of the access log looks. The fields are the same; their order in text is documented and does not change. */
public enum AccessLogFormat {
    /** Fields in the order of Envoy's default format as far as it goes, then ours. An absent value is {@code -}. */
    TEXT {
        @Override
        void append(StringBuilder out, FinishedExchange exchange, Instant start) {
            out.append('[').append(start).append("] ");
            out.append('"');
            escape(out, exchange.method());
            out.append(' ');
            escape(out, exchange.path());
            out.append(' ').append(exchange.connection().protocol().text()).append("\" ");
            out.append(exchange.status()).append(' ');
            out.append(flag(exchange)).append(' ');
            word(out, exchange.detail());
            out.append(exchange.requestBytes()).append(' ');
            out.append(exchange.responseBytes()).append(' ');
            millis(out, exchange.endNanos() - exchange.startNanos());
            out.append(' ');
            if (exchange.upstreamNanos() < 0) {
                out.append('-');
            } else {
                millis(out, exchange.upstreamNanos());
            }
            out.append(' ');
            word(out, exchange.clientAddress().getHostAddress());
            quoted(out, exchange.request().header("user-agent"));
            quoted(out, exchange.requestId());
            quoted(out, exchange.authority());
            word(out, exchange.endpoint());
            word(out, listener(exchange));
            word(out, route(exchange));
            word(out, rule(exchange));
            word(out, backend(exchange));
            out.append(exchange.attempts()).append(' ');
            if (exchange.grpcStatus() < 0) {
                out.append("- ");
            } else {
                out.append(exchange.grpcStatus()).append(' ');
            }
            out.append('v').append(exchange.snapshotVersion());
        }
    },

    /** One JSON object; absent values are left out. */
    JSON {
        @Override
        void append(StringBuilder out, FinishedExchange exchange, Instant start) {
            out.append("{\"time\":\"").append(start).append('"');
            text(out, "method", exchange.method());
            text(out, "path", exchange.path());
            text(out, "protocol", exchange.connection().protocol().text());
            text(out, "authority", exchange.authority());
            number(out, "status", exchange.status());
            if (exchange.grpcStatus() >= 0) {
                number(out, "grpc_status", exchange.grpcStatus());
            }
            exchange.cause().ifPresent(cause -> {
                text(out, "cause", cause.name().toLowerCase(Locale.ROOT));
                text(out, "flags", cause.flag());
            });
            text(out, "detail", exchange.detail());
            number(out, "request_bytes", exchange.requestBytes());
            number(out, "response_bytes", exchange.responseBytes());
            out.append(",\"duration_ms\":");
            millis(out, exchange.endNanos() - exchange.startNanos());
            if (exchange.upstreamNanos() >= 0) {
                out.append(",\"upstream_ms\":");
                millis(out, exchange.upstreamNanos());
            }
            text(out, "client", exchange.clientAddress().getHostAddress());
            text(out, "user_agent", exchange.request().header("user-agent"));
            text(out, "request_id", exchange.requestId());
            text(out, "listener", listener(exchange));
            text(out, "route", route(exchange));
            text(out, "rule", rule(exchange));
            text(out, "backend", backend(exchange));
            text(out, "endpoint", exchange.endpoint());
            number(out, "attempts", exchange.attempts());
            number(out, "snapshot", exchange.snapshotVersion());
            exchange.connection().tls().ifPresent(tls -> {
                text(out, "tls_version", tls.version());
                text(out, "tls_server_name", tls.serverName());
            });
            out.append('}');
        }
    };

    /** Writes one line, without its end. */
    abstract void append(StringBuilder out, FinishedExchange exchange, Instant start);

    private static String flag(FinishedExchange exchange) {
        return exchange.cause().map(ReplyCause::flag).orElse("-");
    }

    private static String listener(FinishedExchange exchange) {
        ListenerIr listener = exchange.listener();
        return listener == null ? "" : listener.id();
    }

    private static String route(FinishedExchange exchange) {
        RuleIr rule = exchange.rule();
        return rule == null
                ? ""
                : rule.route().kind() + "/" + rule.route().namespace() + "/"
                        + rule.route().name();
    }

    private static String rule(FinishedExchange exchange) {
        RuleIr rule = exchange.rule();
        return rule == null ? "" : rule.name();
    }

    private static String backend(FinishedExchange exchange) {
        BackendId backend = exchange.backend();
        return backend == null ? "" : backend.toString();
    }

    /** Milliseconds with three digits behind the point, by integers: {@code String.format} costs a microsecond. */
    private static void millis(StringBuilder out, long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        out.append(micros / 1000).append('.');
        int rest = (int) (micros % 1000);
        out.append((char) ('0' + rest / 100));
        out.append((char) ('0' + rest / 10 % 10));
        out.append((char) ('0' + rest % 10));
    }

    private static void word(StringBuilder out, String value) {
        if (value.isEmpty()) {
            out.append('-');
        } else {
            escape(out, value);
        }
        out.append(' ');
    }

    private static void quoted(StringBuilder out, String value) {
        out.append('"');
        if (value.isEmpty()) {
            out.append('-');
        } else {
            escape(out, value);
        }
        out.append("\" ");
    }

    private static void text(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append(",\"").append(name).append("\":\"");
            escape(out, value);
            out.append('"');
        }
    }

    private static void number(StringBuilder out, String name, long value) {
        out.append(",\"").append(name).append("\":").append(value);
    }

    /** As JSON asks: whatever a client sends, it can neither end a field nor begin a line. */
    private static void escape(StringBuilder out, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
    }
}

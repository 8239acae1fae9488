package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.ExtProcDebugging;
import dev.waypoint.config.Cidr;
import dev.waypoint.config.DurationText;

/** Writes what a provider says about debugging as configuration of the filter {@code ext-proc}. */
final class ExtProcDebuggings {

    private ExtProcDebuggings() {}

    static void write(ObjectNode node, ExtProcDebugging debugging) {
        ArrayNode marked = node.putArray("marked");
        debugging.marked().forEach(each -> marked(marked.addObject(), each));
        ExtProcDebugging.Transcripts transcripts = debugging.transcripts();
        ObjectNode out = node.putObject("transcripts").put("sampledPercent", transcripts.sampledPercent());
        transcripts.maxBodyBytes().ifPresent(bytes -> out.put("maxBodyBytes", bytes));
        transcripts.maxBytes().ifPresent(bytes -> out.put("maxBytes", bytes));
        transcripts.redactedHeaders().ifPresent(names -> names.forEach(out.putArray("redactedHeaders")::add));
    }

    private static void marked(ObjectNode node, ExtProcDebugging.Marked marked) {
        node.put("header", marked.header());
        marked.secretRef().ifPresent(ref -> {
            ObjectNode secret = node.putObject("secretRef").put("name", ref.name());
            ref.namespace().ifPresent(namespace -> secret.put("namespace", namespace));
        });
        marked.trustedSources().stream().map(Cidr::toString).forEach(node.putArray("trustedSources")::add);
        node.put("record", marked.record());
        marked.messageTimeout().ifPresent(time -> node.put("messageTimeout", DurationText.print(time)));
        marked.address().ifPresent(address -> node.put("address", address));
    }
}

package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code envoy.filters.http.header_mutation}. All levels count: the chain's first, then route, virtual host and so on. */
final class HeaderMutations implements FilterReader {

    private static final String PACKAGE = "envoy.extensions.filters.http.header_mutation.v3.";

    @Override
    public String type() {
        return PACKAGE + "HeaderMutation";
    }

    @Override
    public Set<String> routeTypes() {
        return Set.of(PACKAGE + "HeaderMutationPerRoute");
    }

    @Override
    public List<FilterDraft> read(FilterUse use) {
        List<Message> routes = new ArrayList<>();
        use.levels().forEach(level -> routes.add(level.config()));
        if (!use.filter().flag("most_specific_header_mutations_wins", false)) {
            Collections.reverse(routes);
        }
        List<Message> all = new ArrayList<>();
        all.add(use.filter());
        all.addAll(routes);
        ArrayNode request = JsonNodeFactory.instance.arrayNode();
        ArrayNode response = JsonNodeFactory.instance.arrayNode();
        for (Message level : all) {
            Message mutations = level.child("mutations").binding();
            mutations.messages("request_mutations").forEach(mutation -> mutation(mutation, request));
            mutations.messages("response_mutations").forEach(mutation -> mutation(mutation, response));
        }
        return HeaderEdits.draft(
                        request,
                        response,
                        use.mostSpecific().map(FilterUse.Level::ref).orElse(use.listener()),
                        use.filter().path())
                .stream()
                .toList();
    }

    private static void mutation(Message mutation, ArrayNode out) {
        mutation.binding();
        switch (mutation.oneOf("remove", "append", "remove_on_match").orElse("")) {
            case "remove" ->
                out.addObject()
                        .put("operation", "remove")
                        .put("name", mutation.required("remove").toLowerCase(Locale.ROOT));
            case "append" -> HeaderEdits.addition(mutation.child("append"), out);
            default -> mutation.problems().error(mutation.path(), "", "expected remove or append");
        }
    }
}

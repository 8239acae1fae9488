package dev.waypoint.filters;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Size;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filter.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A place where requests carry a credential. */
record CredentialCarrier(
        @Doc("A header; a leading `Bearer ` is not part of the credential.")
        Optional<HeaderName> header,

        @Doc("A query parameter.") @Size(min = 1, max = 256) Optional<String> query,

        @Doc("A cookie.") @Size(min = 1, max = 256) Optional<String> cookie) {
    CredentialCarrier {
        long given =
                Stream.of(header, query, cookie).filter(Optional::isPresent).count();
        if (given != 1) {
            throw new IllegalArgumentException(given + " carriers are given, expected one of header, query, cookie");
        }
    }

    Optional<String> find(RequestHead head) {
        if (header.isPresent()) {
            String value = head.header(header.get().lower());
            boolean bearer = value.regionMatches(true, 0, "Bearer ", 0, 7);
            return Optional.of(bearer ? value.substring(7).strip() : value).filter(key -> !key.isEmpty());
        }
        return query.isPresent()
                ? RequestValues.queryParameter(head, query.get())
                : cookie.flatMap(name -> RequestValues.cookie(head, name));
    }

    void hide(RequestHead head) {
        header.ifPresent(name -> head.headers().remove(name.lower()));
        query.ifPresent(name -> head.path(withoutParameter(head.path(), name)));
        cookie.ifPresent(name -> hideCookie(head, name));
    }

    private static String withoutParameter(String target, String name) {
        int mark = target.indexOf('?');
        if (mark < 0) {
            return target;
        }
        String rest = Stream.of(target.substring(mark + 1).split("&", -1))
                .filter(pair -> !RequestValues.isParameter(pair, name))
                .collect(Collectors.joining("&"));
        return target.substring(0, mark) + (rest.isEmpty() ? "" : "?" + rest);
    }

    private static void hideCookie(RequestHead head, String name) {
        List<String> kept = head.headers().getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(header -> Stream.of(header.split(";", -1)))
                .map(String::strip)
                .filter(pair -> !pair.startsWith(name + "="))
                .toList();
        head.headers().remove(HttpHeaderNames.COOKIE);
        if (!kept.isEmpty()) {
            head.headers().set(HttpHeaderNames.COOKIE, String.join("; ", kept));
        }
    }
}

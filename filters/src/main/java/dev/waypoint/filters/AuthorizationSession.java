package dev.waypoint.filters;

import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.QueryParamsBuilder;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One exchange that waits for, and obeys, the answer of an authorization service. */
final class AuthorizationSession implements StreamSession {

    private static final String NAME = "ext-authz";
    private static final String METADATA = "envoy.filters.http.ext_authz";

    private final ExtAuthz.Filter filter;
    private final Exchange exchange;
    private boolean over;
    private @Nullable CompletableFuture<?> asking;
    private List<AuthorizationAnswer.Edit> responseEdits = List.of();
    /** A body that trailers follow. */
    private byte[] held = new byte[0];

    AuthorizationSession(ExtAuthz.Filter filter, Exchange exchange) {
        this.filter = filter;
        this.exchange = exchange;
    }

    @Override
    public BodyDemand requestDemand() {
        return filter.requestCeiling();
    }

    @Override
    public BodyDemand responseDemand() {
        return BodyDemand.none();
    }

    @Override
    public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
        if (end || filter.config().maxBodyBytes().isEmpty()) {
            ask(new byte[0], flow, () -> flow.head(end));
        }
    }

    @Override
    public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
        byte[] body = data.array();
        data.close();
        held = body;
        if (end) {
            ask(body, flow, () -> {
                flow.head(false);
                flow.data(HttpData.wrap(body), true);
            });
        }
    }

    @Override
    public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
        ask(held, flow, () -> {
            flow.head(false);
            if (held.length > 0) {
                flow.data(HttpData.wrap(held), false);
            }
            flow.trailers(trailers);
        });
    }

    private void ask(byte[] body, RequestFlow flow, Runnable goOn) {
        CompletableFuture<AuthorizationAnswer> answer = filter.ask(exchange, body);
        asking = answer;
        var _ = answer.whenCompleteAsync(
                (said, failure) -> {
                    asking = null;
                    if (over) {
                        return;
                    }
                    if (failure == null) {
                        obey(said, flow, goOn);
                    } else {
                        fail(failure, flow, goOn);
                    }
                },
                exchange.eventLoop());
    }

    private void obey(AuthorizationAnswer answer, RequestFlow flow, Runnable goOn) {
        switch (answer) {
            case AuthorizationAnswer.Allowed allowed -> {
                admit(allowed, flow);
                goOn.run();
            }
            case AuthorizationAnswer.Denied denial -> {
                filter.countDenied();
                ReplyCause cause = denial.status() == 401 ? ReplyCause.UNAUTHENTICATED : ReplyCause.UNAUTHORIZED;
                flow.reply(new LocalReply(
                        denial.status(),
                        denial.headers(),
                        denial.body(),
                        cause,
                        "ext_authz_denied",
                        OptionalInt.empty()));
            }
        }
    }

    private void admit(AuthorizationAnswer.Allowed allowed, RequestFlow flow) {
        RequestHead head = flow.current();
        allowed.remove().stream()
                .filter(AuthorizationAnswer.Edit::isAllowed)
                .forEach(name -> head.headers().remove(name));
        for (AuthorizationAnswer.Edit edit : allowed.request()) {
            if (AuthorizationAnswer.Edit.isAllowed(edit.name().toString())) {
                edit.apply(head.headers());
            } else {
                exchange.note(NAME, "the service may not set " + edit.name());
            }
        }
        if (!allowed.setQuery().isEmpty() || !allowed.removeQuery().isEmpty()) {
            head.path(withQuery(head.path(), allowed.setQuery(), allowed.removeQuery()));
        }
        allowed.metadata().ifPresent(facts -> exchange.metadata().put(METADATA, facts));
        responseEdits = allowed.response();
        boolean changed = !allowed.request().isEmpty()
                || !allowed.remove().isEmpty()
                || !allowed.setQuery().isEmpty()
                || !allowed.removeQuery().isEmpty();
        if (filter.config().reroute() && changed) {
            flow.reroute();
        }
    }

    private static String withQuery(String target, Map<String, String> set, List<String> remove) {
        QueryParamsBuilder query = QueryParams.fromQueryString(MatchPath.queryOf(target)).toBuilder();
        remove.forEach(query::remove);
        set.forEach(query::set);
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return query.isEmpty() ? path : path + "?" + query.toQueryString();
    }

    private void fail(Throwable failure, RequestFlow flow, Runnable goOn) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean late = reason instanceof ResponseTimeoutException;
        filter.countFailed();
        exchange.note(NAME, late ? "no answer in time" : "the service cannot be asked: " + reason.getMessage());
        if (filter.config().failOpen()) {
            goOn.run();
        } else {
            flow.reply(LocalReply.of(
                    filter.config().statusOnError(),
                    ReplyCause.UNAUTHORIZED,
                    late ? "ext_authz_timeout" : "ext_authz_error"));
        }
    }

    @Override
    public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        for (AuthorizationAnswer.Edit edit : responseEdits) {
            if (AuthorizationAnswer.Edit.isAllowed(edit.name().toString())) {
                edit.apply(head.headers());
            }
        }
        flow.head(end);
    }

    @Override
    public void onEnd() {
        over = true;
        CompletableFuture<?> question = asking;
        if (question != null) {
            question.cancel(true);
        }
    }
}

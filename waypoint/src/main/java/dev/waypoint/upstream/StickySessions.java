package dev.waypoint.upstream;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.upstream.SessionTokens.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The session persistence of one rule: which endpoint a client asks for, and what it is told of the one it got. */
public final class StickySessions {

    private final PersistenceIr settings;
    private final String scope;
    private final SessionTokens tokens;

    /**
     * Sessions of one rule are worth nothing for another.
     *
     * @param scope the rule's name
     */
    public StickySessions(PersistenceIr settings, String scope, SessionTokens tokens) {
        this.settings = settings;
        this.scope = scope;
        this.tokens = tokens;
    }

    /** The session that a request brings along; empty if it brings none that is ours and alive. */
    public Optional<Session> of(RequestHead request) {
        List<String> values = switch (settings.carrier()) {
            case COOKIE -> RequestCookies.values(request, settings.name());
            case HEADER -> request.headers().getAll(settings.name());
        };
        for (String value : values) {
            Optional<Session> session = tokens.decode(scope, value, settings.absoluteTimeout());
            if (session.isPresent()) {
                return session;
            }
        }
        return Optional.empty();
    }

    /**
     * Tells the client of its session, unless it knows. A session that goes on with another endpoint keeps its age.
     *
     * @param known what {@link #of} said of the request
     * @param backend the name of the backend that answered
     * @param address its endpoint
     * @return whether there was something to tell
     */
    public boolean tell(ResponseHead response, Optional<Session> known, String backend, String address) {
        Session session =
                new Session(backend, address, known.map(Session::begun).orElseGet(tokens::now));
        if (known.isPresent() && known.get().equals(session)) {
            return false;
        }
        String value = tokens.encode(scope, session);
        switch (settings.carrier()) {
            case HEADER -> response.headers().set(settings.name(), value);
            case COOKIE -> response.headers().add("set-cookie", setCookie(value, session));
        }
        return true;
    }

    private String setCookie(String value, Session session) {
        StringBuilder cookie = new StringBuilder(settings.name()).append('=').append(value);
        cookie.append("; Path=").append(settings.path().isEmpty() ? "/" : settings.path());
        if (settings.permanent() && !settings.absoluteTimeout().isZero()) {
            Duration age = Duration.between(session.begun(), tokens.now());
            // A part of a second counts as one: a session that begins now has all of its time left.
            long left = Math.max(
                    0,
                    settings.absoluteTimeout().minus(age).plusNanos(999_999_999).toSeconds());
            cookie.append("; Max-Age=").append(left);
        }
        return cookie.append("; Secure; HttpOnly; SameSite=Strict").toString();
    }
}

package dev.waypoint.upstream;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.upstream.SessionTokens.Session;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The session persistence of one rule: which endpoint a client asks for, and what it is told of the one it got. */
public final class StickySessions {

    private final PersistenceIr settings;
    private final String scope;
    private final SessionTokens tokens;
    private final InstantSource clock;

    /**
     * Sessions of one rule are worth nothing for another.
     *
     * @param scope the rule's name
     */
    public StickySessions(PersistenceIr settings, String scope, SessionTokens tokens, InstantSource clock) {
        this.settings = settings;
        this.scope = scope;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** The session that a request brings along; empty if it brings none that is ours and alive. */
    public Optional<Session> of(RequestHead request) {
        String value = switch (settings.carrier()) {
            case COOKIE -> cookie(request.header("cookie"));
            case HEADER -> request.header(settings.name());
        };
        return tokens.decode(scope, value, settings.absoluteTimeout());
    }

    private String cookie(String header) {
        if (header.isEmpty()) {
            return "";
        }
        for (Cookie cookie : ServerCookieDecoder.LAX.decode(header)) {
            if (cookie.name().equals(settings.name())) {
                return cookie.value();
            }
        }
        return "";
    }

    /**
     * Tells the client of its session, unless it knows. A session that goes on with another endpoint keeps its age.
     *
     * @param known what {@link #of} said of the request
     * @param address the endpoint that answered
     */
    public void tell(ResponseHead response, Optional<Session> known, String address) {
        if (known.isPresent() && known.get().address().equals(address)) {
            return;
        }
        Session session = new Session(address, known.map(Session::begun).orElseGet(clock::instant));
        String value = tokens.encode(scope, session);
        switch (settings.carrier()) {
            case HEADER -> response.headers().set(settings.name(), value);
            case COOKIE -> response.headers().add("set-cookie", setCookie(value, session));
        }
    }

    private String setCookie(String value, Session session) {
        StringBuilder cookie = new StringBuilder(settings.name()).append('=').append(value);
        cookie.append("; Path=").append(settings.path().isEmpty() ? "/" : settings.path());
        if (settings.permanent() && !settings.absoluteTimeout().isZero()) {
            Duration age = Duration.between(session.begun(), clock.instant());
            long left = Math.max(0, settings.absoluteTimeout().minus(age).toSeconds());
            cookie.append("; Max-Age=").append(left);
        }
        return cookie.append("; Secure; HttpOnly; SameSite=Strict").toString();
    }
}

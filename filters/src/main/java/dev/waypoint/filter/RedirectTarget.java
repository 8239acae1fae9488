package dev.waypoint.filter;

/** Where a redirect leads. */
public final class RedirectTarget {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private RedirectTarget() {}

    /** The port of a scheme that need not be written. */
    public static int usualPort(String scheme) {
        return scheme.equals("https") ? HTTPS : HTTP;
    }

    /** The value of {@code location}; a port that is its scheme's own is left out (Gateway API, HTTPRequestRedirectFilter). */
    public static String location(String scheme, String host, int port, String target) {
        String authority = port == usualPort(scheme) ? host : host + ":" + port;
        return scheme + "://" + authority + target;
    }

    /** The host of an authority as it is written, without its port; brackets of IPv6 addresses stay. */
    public static String hostOf(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
}

package dev.waypoint.cli;

/** How logs look. */
public enum LogFormat {
    /** Lines for people. */
    text,
    /** One JSON object on each line. */
    json
}

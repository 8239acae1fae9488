/** What happened: the access log, metrics, and the views of exchanges and backends that feed them. Knows no engine and no transport. */
@NullMarked
package dev.waypoint.observe;

import org.jspecify.annotations.NullMarked;

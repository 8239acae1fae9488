/** Checks a processor from outside: plays a proxy that does everything that proxies may do, and names the rules that were broken. */
@NullMarked
package dev.waypoint.extproc.check;

import org.jspecify.annotations.NullMarked;

/** What TLS is made of, read once: certificates and keys from the PEM of routing records, and whom to believe. */
@NullMarked
package dev.waypoint.tls;

import org.jspecify.annotations.NullMarked;

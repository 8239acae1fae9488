/** TLS of listeners, for all transports: from PEM in the routing records to contexts of Netty. */
@NullMarked
package dev.waypoint.transport.tls;

import org.jspecify.annotations.NullMarked;

package dev.waypoint.filter;

/**
 * Which workload is calling.
 *
 * @param id the SPIFFE id, such as {@code spiffe://cluster.local/ns/shop/sa/cart}
 * @param proven whether it was proven by a verified certificate; else it was asserted by a peer that is trusted
 */
public record CallerIdentity(String id, boolean proven) {}

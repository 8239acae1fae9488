package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;

/**
 * One filter as a user of ours would configure it. The running proxy and the conversion are both made from it.
 *
 * @param filter the filter's kind
 * @param config its configuration in the form of an {@code HttpFilter} object
 * @param source what configured it
 * @param target what it is attached to: drafts that are equal share one instance and its state
 * @param path where the configuration stands, for findings
 */
public record FilterDraft(String filter, ObjectNode config, ResourceRef source, String target, String path) {}

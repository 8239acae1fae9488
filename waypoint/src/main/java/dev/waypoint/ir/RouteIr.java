package dev.waypoint.ir;

/**
 * One match with what happens to the requests that it takes. The matches of one rule share the rule.
 *
 * @param match which requests
 * @param rule what happens
 */
public record RouteIr(MatchIr match, RuleIr rule) {}

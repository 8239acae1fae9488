package dev.waypoint.filter;

import dev.waypoint.config.ResourceRef;
import java.util.List;

/**
 * A factory whose filters decide as one where several stand in the chain of a rule. Translation puts one filter of another kind in
 * their place; that kind's factory says {@link FilterFactory#isMadeByTranslation}. The joined filter applies enforcements itself.
 *
 * @param <C> the configuration record of a single filter
 */
public interface JoiningFactory<C extends Record> extends FilterFactory<C> {

    /**
     * A filter that is joined.
     *
     * @param config its configuration
     * @param source the object that configured it
     * @param target what it is attached to
     * @param level how narrow the target is: the wider, the lower the number
     * @param enforcement whether it is obeyed
     * @param backend the backend whose requests it is for, as {@link Exchange.MatchedRoute#cluster} tells it; empty for all
     */
    record Part<C extends Record>(
            C config, ResourceRef source, String target, int level, Enforcement enforcement, String backend) {}

    /**
     * What takes the place of the parts.
     *
     * @param filter its kind
     * @param config its configuration
     */
    record Joined(String filter, Record config) {}

    /**
     * Joins the filters of a chain.
     *
     * @param parts at least one, the widest level first
     * @param route the route, printed
     * @param rule the name of the rule, or its index printed
     */
    Joined join(List<Part<C>> parts, String route, String rule);
}

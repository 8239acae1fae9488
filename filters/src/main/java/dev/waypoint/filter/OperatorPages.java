package dev.waypoint.filter;

import java.util.List;
import java.util.Map;

/** A factory whose filters keep something that operators look at, each shown by an admin page of its own. */
public interface OperatorPages {

    /** The pages. */
    List<OperatorPage> pages();

    /** One page: a table. */
    interface OperatorPage {
        /** The path, such as {@code /extproc/faults}. */
        String path();

        /** What it shows, in half a sentence, with the parameters that it knows. */
        String summary();

        /**
         * The rows: names of columns to values, in the order in which they are shown.
         *
         * @param query the parameters of the request
         * @throws IllegalArgumentException if a parameter is wrong; the message tells what was expected
         */
        List<Map<String, String>> rows(Map<String, String> query);
    }
}

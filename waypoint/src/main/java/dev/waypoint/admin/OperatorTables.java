package dev.waypoint.admin;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.waypoint.admin.ConfigDump.Row;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.OperatorPages;
import dev.waypoint.filter.OperatorPages.OperatorPage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pages that filters bring along. */
final class OperatorTables {

    private OperatorTables() {}

    static List<Table> of(FilterCatalog catalog) {
        return catalog.all().stream()
                .filter(OperatorPages.class::isInstance)
                .flatMap(factory -> ((OperatorPages) factory).pages().stream())
                .map(Table::new)
                .toList();
    }

    /** A page of a filter. */
    record Table(OperatorPage page) implements HttpService {

        String path() {
            return page.path();
        }

        String summary() {
            return page.summary();
        }

        @Override
        public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
            Map<String, String> query = new HashMap<>();
            QueryParams params = context.queryParams();
            params.names().forEach(name -> query.put(name, params.get(name, "")));
            try {
                return Page.table(
                        context,
                        request,
                        page.rows(query).stream().map(Row::new).toList());
            } catch (IllegalArgumentException e) {
                return Page.text(HttpStatus.BAD_REQUEST, e.getMessage() + "\n");
            }
        }
    }
}

package dev.waypoint.plan;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.ir.BindingIr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the listeners that a connection may belong to, of all that share a socket: those of the address that the client called,
 * and of these the ones for callers of its own namespace, if there are any. The cost does not grow with the number of addresses.
 */
final class Destinations {

    private final HostTable<CompiledListener> anywhere;
    private final Map<InetAddress, Map<String, HostTable<CompiledListener>>> byAddress;
    private final Map<InetAddress, String> callers;

    private Destinations(
            HostTable<CompiledListener> anywhere,
            Map<InetAddress, Map<String, HostTable<CompiledListener>>> byAddress,
            Map<InetAddress, String> callers) {
        this.anywhere = anywhere;
        this.byAddress = byAddress;
        this.callers = callers;
    }

    /** The namespaces of callers, by addresses that need not be parsed for each request. */
    static Map<InetAddress, String> callers(Map<String, String> namespaces) {
        Map<InetAddress, String> callers = new HashMap<>();
        namespaces.forEach((address, namespace) -> callers.put(InetAddress.ofLiteral(address), namespace));
        return callers;
    }

    static Destinations of(List<CompiledListener> listeners, Map<InetAddress, String> callers) {
        Map<InetAddress, Map<String, List<CompiledListener>>> grouped = new HashMap<>();
        List<CompiledListener> anywhere = new ArrayList<>();
        for (CompiledListener listener : listeners) {
            List<String> addresses =
                    listener.ir().binding().map(BindingIr::destinations).orElse(List.of());
            String namespace = listener.ir().binding().map(BindingIr::callers).orElse("");
            addresses.forEach(
                    address -> grouped.computeIfAbsent(InetAddress.ofLiteral(address), absent -> new HashMap<>())
                            .computeIfAbsent(namespace, absent -> new ArrayList<>())
                            .add(listener));
            if (addresses.isEmpty()) {
                anywhere.add(listener);
            }
        }
        Map<InetAddress, Map<String, HostTable<CompiledListener>>> byAddress = new HashMap<>();
        grouped.forEach((address, byCaller) -> {
            Map<String, HostTable<CompiledListener>> tables = new HashMap<>();
            byCaller.forEach((namespace, own) -> tables.put(namespace, byHost(own)));
            byAddress.put(address, tables);
        });
        return new Destinations(byHost(anywhere), byAddress, callers);
    }

    private static HostTable<CompiledListener> byHost(List<CompiledListener> listeners) {
        Map<String, CompiledListener> byHost = new LinkedHashMap<>();
        listeners.forEach(listener -> byHost.putIfAbsent(listener.ir().hostname(), listener));
        return HostTable.of(byHost);
    }

    /** The listeners that take whatever comes. */
    HostTable<CompiledListener> anywhere() {
        return anywhere;
    }

    HostTable<CompiledListener> of(ConnectionFacts connection) {
        if (byAddress.isEmpty()) {
            return anywhere;
        }
        Map<String, HostTable<CompiledListener>> byCaller =
                byAddress.get(connection.local().getAddress());
        if (byCaller == null) {
            return anywhere;
        }
        String caller = callers.getOrDefault(connection.remote().getAddress(), "");
        HostTable<CompiledListener> own = byCaller.get(caller);
        return own != null ? own : byCaller.getOrDefault("", anywhere);
    }
}

package dev.waypoint.control.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.api.Gateway;
import dev.waypoint.control.cluster.Programming.Obstacle;
import dev.waypoint.control.status.StatusWriter.Address;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of a Gateway: those of its Service.
 *
 * @param bound the addresses for the status
 * @param obstacle why the Gateway cannot be reached as it asks
 */
record Addresses(List<Address> bound, Optional<Obstacle> obstacle) {

    private static final String IP = "IPAddress";
    private static final String HOSTNAME = "Hostname";

    static Addresses of(Resource<Gateway> gateway, Optional<JsonNode> service) {
        if (service.isEmpty()) {
            return new Addresses(List.of(), Optional.of(Obstacle.pending("its Service does not exist yet")));
        }
        List<Address> has = all(service.get());
        List<Gateway.Address> wanted = gateway.spec().addresses();
        Set<Address> bound = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (Gateway.Address address : wanted) {
            Optional<Address> found = address.value().isPresent()
                    ? has.stream()
                            .filter(one -> one.value().equals(address.value().get()))
                            .findFirst()
                    : any(address.type(), has, service.get());
            found.ifPresentOrElse(bound::add, () -> address.value().ifPresent(missing::add));
        }
        if (!missing.isEmpty()) {
            return new Addresses(
                    List.copyOf(bound),
                    Optional.of(new Obstacle(
                            "AddressNotUsable",
                            "the cluster did not give " + String.join(", ", missing) + " to its Service"
                                    + (has.isEmpty() ? "" : ", which has " + text(has)))));
        }
        List<Address> all = wanted.isEmpty() ? has : List.copyOf(bound);
        return all.isEmpty()
                ? new Addresses(
                        all,
                        Optional.of(new Obstacle(
                                "AddressNotAssigned",
                                "its Service has no address yet; is there a" + " load balancer in this cluster?")))
                : new Addresses(all, Optional.empty());
    }

    private static String text(List<Address> addresses) {
        return String.join(", ", addresses.stream().map(Address::value).toList());
    }

    private static Optional<Address> any(String type, List<Address> has, JsonNode service) {
        Optional<Address> own =
                has.stream().filter(one -> one.type().equals(type)).findFirst();
        return own.isEmpty() && type.equals(HOSTNAME) && !has.isEmpty() ? Optional.of(dnsName(service)) : own;
    }

    private static Address dnsName(JsonNode service) {
        JsonNode metadata = service.path("metadata");
        return new Address(
                HOSTNAME,
                metadata.path("name").asText() + "."
                        + metadata.path("namespace").asText() + ".svc");
    }

    private static List<Address> all(JsonNode service) {
        List<Address> all = new ArrayList<>();
        JsonNode spec = service.path("spec");
        if (spec.path("type").asText().equals("LoadBalancer")) {
            service.path("status").path("loadBalancer").path("ingress").forEach(ingress -> {
                String ip = ingress.path("ip").asText("");
                String host = ingress.path("hostname").asText("");
                if (!ip.isEmpty()) {
                    all.add(new Address(IP, ip));
                }
                if (!host.isEmpty()) {
                    all.add(new Address(HOSTNAME, host));
                }
            });
            return all;
        }
        spec.path("clusterIPs").forEach(ip -> {
            if (!ip.asText().equals("None")) {
                all.add(new Address(IP, ip.asText()));
            }
        });
        return all;
    }
}

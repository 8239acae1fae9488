package dev.waypoint.ir;

import java.util.Map;

/** What a reference of a filter's configuration led to. */
public sealed interface ResolvedIr {

    /** Data of a Secret or ConfigMap, values in Base64 so that equal data is equal. Printed without the values of Secrets. */
    record Data(Map<String, String> base64, boolean secret) implements ResolvedIr {
        public Data {
            base64 = Map.copyOf(base64);
        }
    }

    /** A Service's port. */
    record Backend(BackendId id) implements ResolvedIr {}
}

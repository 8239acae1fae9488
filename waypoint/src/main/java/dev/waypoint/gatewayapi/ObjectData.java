package dev.waypoint.gatewayapi;

import dev.waypoint.api.ConfigMap;
import dev.waypoint.api.Secret;
import dev.waypoint.source.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What Secrets and ConfigMaps hold. */
final class ObjectData {

    private ObjectData() {}

    /** One entry of a Secret as text; empty if it is missing or not Base64. */
    static Optional<String> text(Resource<Secret> secret, String key) {
        String plain = secret.spec().stringData().get(key);
        if (plain != null) {
            return Optional.of(plain);
        }
        return Optional.ofNullable(secret.spec().data().get(key)).flatMap(ObjectData::decode);
    }

    /** All of a Secret in Base64. */
    static Map<String, String> ofSecret(Secret secret) {
        Map<String, String> all = new TreeMap<>(secret.data());
        secret.stringData().forEach((key, value) -> all.put(key, encode(value)));
        return all;
    }

    /** All of a ConfigMap in Base64. */
    static Map<String, String> ofConfigMap(ConfigMap map) {
        Map<String, String> all = new TreeMap<>(map.binaryData());
        map.data().forEach((key, value) -> all.put(key, encode(value)));
        return all;
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}

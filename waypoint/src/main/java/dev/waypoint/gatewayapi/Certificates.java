package dev.waypoint.gatewayapi;

import dev.waypoint.api.ConfigMap;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.Secret;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.TlsIr.CertificateIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows references to certificates and authorities. */
final class Certificates {

    private static final String CA_KEY = "ca.crt";

    private Certificates() {}

    /**
     * The certificate of a Secret.
     *
     * @param owner the object that refers
     * @param reason the reason for whatever is wrong with the Secret
     * @param problems takes what is wrong
     */
    static Optional<CertificateIr> certificate(
            View view, ResourceRef owner, ObjectRef ref, String path, String reason, Consumer<Problem> problems) {
        if (!ref.group().isEmpty() || !ref.kindOr("Secret").equals("Secret")) {
            problems.accept(new Problem(reason, path, kind(ref.group(), ref.kindOr("Secret")), "expected a Secret"));
            return Optional.empty();
        }
        ResourceRef wanted = Kinds.SECRET.ref(ref.namespace().orElse(owner.namespace()), ref.name());
        if (!permitted(view, owner, wanted, path, problems)) {
            return Optional.empty();
        }
        Optional<Resource<Secret>> secret = view.find(Kinds.SECRET, wanted.namespace(), wanted.name());
        if (secret.isEmpty()) {
            problems.accept(new Problem(reason, path, wanted.toString(), "there is no such Secret"));
            return Optional.empty();
        }
        Optional<String> chain = ObjectData.text(secret.get(), "tls.crt").filter(Pem::isCertificates);
        Optional<String> key = ObjectData.text(secret.get(), "tls.key").filter(Pem::isKey);
        if (chain.isEmpty() || key.isEmpty()) {
            problems.accept(new Problem(
                    reason,
                    path,
                    wanted.toString(),
                    "expected a certificate in tls.crt and a private key in tls.key, both PEM; "
                            + (chain.isEmpty() ? "tls.crt" : "tls.key") + " is missing or malformed"));
            return Optional.empty();
        }
        return Optional.of(new CertificateIr(chain.get(), key.get()));
    }

    /**
     * The authorities of ConfigMaps.
     *
     * @param kindReason the reason for a reference to something else
     * @return all valid ones in PEM; empty if there is none
     */
    static Optional<String> authorities(
            View view,
            ResourceRef owner,
            List<ObjectRef> refs,
            String path,
            String kindReason,
            Consumer<Problem> problems) {
        List<String> valid = new ArrayList<>();
        for (int i = 0; i < refs.size(); i++) {
            authority(view, owner, refs.get(i), path + "[" + i + "]", kindReason, problems)
                    .ifPresent(valid::add);
        }
        return valid.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", valid));
    }

    private static Optional<String> authority(
            View view, ResourceRef owner, ObjectRef ref, String path, String kindReason, Consumer<Problem> problems) {
        String kind = ref.kindOr("ConfigMap");
        if (!ref.group().isEmpty() || !kind.equals("ConfigMap")) {
            problems.accept(new Problem(kindReason, path, kind(ref.group(), kind), "expected a ConfigMap"));
            return Optional.empty();
        }
        ResourceRef wanted = Kinds.CONFIG_MAP.ref(ref.namespace().orElse(owner.namespace()), ref.name());
        if (!permitted(view, owner, wanted, path, problems)) {
            return Optional.empty();
        }
        Optional<Resource<ConfigMap>> map = view.find(Kinds.CONFIG_MAP, wanted.namespace(), wanted.name());
        Optional<String> pem =
                map.map(found -> found.spec().data().getOrDefault(CA_KEY, "")).filter(Pem::isCertificates);
        if (pem.isEmpty()) {
            problems.accept(new Problem(
                    Reasons.INVALID_CA_CERTIFICATE_REF,
                    path,
                    wanted.toString(),
                    map.isEmpty() ? "there is no such ConfigMap" : "expected certificates in PEM at the key ca.crt"));
        }
        return pem;
    }

    /** A kind with its group, as messages print it. */
    static String kind(String group, String kind) {
        return group.isEmpty() ? kind : group + "/" + kind;
    }

    private static boolean permitted(
            View view, ResourceRef owner, ResourceRef wanted, String path, Consumer<Problem> problems) {
        if (ReferenceGrants.permit(view, owner, wanted)) {
            return true;
        }
        problems.accept(new Problem(
                Reasons.REF_NOT_PERMITTED,
                path,
                wanted.toString(),
                "needs a ReferenceGrant in namespace " + wanted.namespace() + " from " + owner.kind() + " of namespace "
                        + owner.namespace()));
        return false;
    }
}

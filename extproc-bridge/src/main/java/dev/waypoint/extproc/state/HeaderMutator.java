package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.google.re2j.Pattern;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeaderValueOption.HeaderAppendAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applies a processor's header changes to a message, within the rules. Removals come first, then the settings in their order. */
public final class HeaderMutator {

    /** Told of what was left out. */
    public interface Observer {
        /** A change was left out or understood in another way than its author may think. */
        void ignored(ProtocolFault fault, String header);
    }

    /**
     * How a mutation is meant.
     *
     * @param replacesMessage it belongs to CONTINUE_AND_REPLACE, which may set {@code :method} whatever the rules say
     * @param keepsLength settings of {@code content-length} count; else they are passed over
     * @param limited the limits on number and size apply
     */
    public record Purpose(boolean replacesMessage, boolean keepsLength, boolean limited) {
        /** A plain change of a message. */
        public static final Purpose PLAIN = new Purpose(false, true, true);
        /** The headers of a reply that the proxy makes: without limits. */
        public static final Purpose LOCAL = new Purpose(false, true, false);
    }

    private enum Operation {
        REMOVE,
        SET,
        APPEND
    }

    private final MutationRules rules;
    private final Profile profile;
    private final HeaderLimits limits;
    private final @Nullable Pattern allow;
    private final @Nullable Pattern disallow;

    /** @param limits what a message may have at most after a change */
    public HeaderMutator(MutationRules rules, Profile profile, HeaderLimits limits) {
        this.rules = rules;
        this.profile = profile;
        this.limits = limits;
        this.allow = rules.allowExpression().map(Pattern::compile).orElse(null);
        this.disallow = rules.disallowExpression().map(Pattern::compile).orElse(null);
    }

    /** Changes the fields. A fault that is returned leaves the fields half changed: the message is not to be passed on. */
    public Optional<ProtocolFault> apply(
            HeaderMutation mutation, HeaderFields fields, Purpose purpose, Observer observer) {
        if (mutation.getSetHeadersCount() == 0 && mutation.getRemoveHeadersCount() == 0) {
            return Optional.empty();
        }
        if (purpose.limited()
                && (mutation.getRemoveHeadersCount() > limits.maxCount()
                        || mutation.getSetHeadersCount() > limits.maxCount())) {
            return Optional.of(ProtocolFault.TOO_MANY_OPERATIONS);
        }
        for (String name : mutation.getRemoveHeadersList()) {
            Optional<ProtocolFault> fault = remove(name, fields, observer);
            if (fault.isPresent()) {
                return fault;
            }
        }
        for (HeaderValueOption option : mutation.getSetHeadersList()) {
            Optional<ProtocolFault> fault = set(option, fields, purpose, observer);
            if (fault.isPresent()) {
                return fault;
            }
        }
        if (purpose.limited() && (fields.size() > limits.maxCount() || fields.byteSize() > limits.maxBytes())) {
            return Optional.of(ProtocolFault.RESULT_TOO_LARGE);
        }
        return Optional.empty();
    }

    /** Sets one header of a streamed immediate response: never appends. {@code :status} is not for here. */
    public Optional<ProtocolFault> setLocal(HeaderValue header, HeaderFields fields, Observer observer) {
        return set(HeaderValueOption.newBuilder().setHeader(header).build(), fields, Purpose.LOCAL, observer);
    }

    private Optional<ProtocolFault> remove(String rawName, HeaderFields fields, Observer observer) {
        if (!isName(rawName)) {
            return Optional.of(ProtocolFault.REMOVE_CONTAINS_INVALID_CHARACTER);
        }
        String name = rawName.toLowerCase(Locale.ROOT);
        if (!nameAllowed(Operation.REMOVE, name)) {
            return refused(ProtocolFault.REMOVE_REFUSED, name, observer);
        }
        fields.remove(name);
        return Optional.empty();
    }

    private Optional<ProtocolFault> set(
            HeaderValueOption option, HeaderFields fields, Purpose purpose, Observer observer) {
        if (!option.hasHeader()) {
            return Optional.empty();
        }
        String value = valueOf(option.getHeader(), observer);
        String key = option.getHeader().getKey();
        if (!isName(key) || !isValue(value)) {
            return Optional.of(ProtocolFault.SET_CONTAINS_INVALID_CHARACTER);
        }
        String name = key.toLowerCase(Locale.ROOT);
        if (!purpose.keepsLength() && name.equals("content-length")) {
            return Optional.empty();
        }
        boolean exists = fields.contains(name);
        Action action = action(option, exists, observer);
        if (action == Action.LEAVE) {
            return Optional.empty();
        }
        boolean replacedMethod = purpose.replacesMessage() && name.equals(":method");
        Operation operation = action == Action.ADD && exists ? Operation.APPEND : Operation.SET;
        if (!replacedMethod && !(nameAllowed(operation, name) && valueAllowed(name, value))) {
            return refused(ProtocolFault.SET_REFUSED, name, observer);
        }
        if ((name.startsWith(":") && !fields.allowsPseudo()) || isHopByHop(name, value)) {
            observer.ignored(ProtocolFault.HEADER_REFUSED, name);
        } else if (action == Action.ADD) {
            fields.add(name, value);
        } else {
            fields.set(name, value);
        }
        return Optional.empty();
    }

    private Optional<ProtocolFault> refused(ProtocolFault fault, String name, Observer observer) {
        observer.ignored(ProtocolFault.HEADER_REFUSED, name);
        return rules.disallowIsError() ? Optional.of(fault) : Optional.empty();
    }

    private enum Action {
        OVERWRITE,
        ADD,
        LEAVE
    }

    private Action action(HeaderValueOption option, boolean exists, Observer observer) {
        if (option.hasAppend()) {
            return option.getAppend().getValue() ? Action.ADD : Action.OVERWRITE;
        }
        HeaderAppendAction wish = option.getAppendAction();
        if (wish == HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD
                || wish == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD) {
            // The first is also what says nothing; the second wants what happens anyway, so there is nothing to remark.
            return Action.OVERWRITE;
        }
        observer.ignored(ProtocolFault.APPEND_ACTION, option.getHeader().getKey());
        if (profile == Profile.ENVOY) {
            return Action.OVERWRITE;
        }
        return switch (wish) {
            case ADD_IF_ABSENT -> exists ? Action.LEAVE : Action.OVERWRITE;
            case OVERWRITE_IF_EXISTS -> exists ? Action.OVERWRITE : Action.LEAVE;
            case OVERWRITE_IF_EXISTS_OR_ADD, APPEND_IF_EXISTS_OR_ADD, UNRECOGNIZED -> Action.OVERWRITE;
        };
    }

    private String valueOf(HeaderValue header, Observer observer) {
        ByteString raw = header.getRawValue();
        if (raw.isEmpty() && !header.getValue().isEmpty()) {
            observer.ignored(ProtocolFault.VALUE_NOT_RAW, header.getKey());
            if (profile == Profile.EXTENDED) {
                return header.getValueBytes().toString(StandardCharsets.ISO_8859_1);
            }
        }
        return raw.toString(StandardCharsets.ISO_8859_1);
    }

    private boolean nameAllowed(Operation operation, String name) {
        boolean pseudo = name.startsWith(":");
        if (operation == Operation.REMOVE && (pseudo || name.equals("host"))) {
            return false;
        }
        if (disallow != null && disallow.matches(name)) {
            return false;
        }
        if (allow != null && allow.matches(name)) {
            return true;
        }
        if (rules.disallowAll() || (!rules.allowAllRouting() && isRouting(name))) {
            return false;
        }
        if (pseudo && (operation == Operation.APPEND || rules.disallowSystem())) {
            return false;
        }
        return rules.allowEnvoy() || !name.startsWith("x-envoy");
    }

    private static boolean valueAllowed(String name, String value) {
        return switch (name) {
            case "host", ":authority" -> isAuthority(value);
            case ":scheme" -> value.equals("http") || value.equals("https");
            case ":status" -> isStatus(value);
            default -> true;
        };
    }

    /** Whether the text is a status that a response may end with. */
    static boolean isStatus(String value) {
        if (value.isEmpty() || value.length() > 3) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return Integer.parseInt(value) >= 200;
    }

    private static boolean isRouting(String name) {
        return switch (name) {
            case "host", ":authority", ":scheme", ":method" -> true;
            default -> false;
        };
    }

    private static boolean isAuthority(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean legal = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~%!$&'()*+,;=:@[]".indexOf(c) >= 0;
            if (!legal) {
                return false;
            }
        }
        return true;
    }

    /** Headers of one connection: HTTP/2 forbids them, and for HTTP/1 they are the transport's own affair. */
    private static boolean isHopByHop(String name, String value) {
        return switch (name) {
            case "connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection" -> true;
            case "te" -> !value.equals("trailers");
            default -> false;
        };
    }

    private static boolean isName(String name) {
        int start = name.startsWith(":") ? 1 : 0;
        if (name.length() == start) {
            return false;
        }
        for (int i = start; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean token = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            if (!token) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0 || c == '\r' || c == '\n') {
                return false;
            }
        }
        return true;
    }
}

package dev.waypoint.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears SIGTERM and SIGINT. A shutdown hook would not do: once hooks run, the JVM ignores a second signal. The JDK's signal class is
 * not part of its API, so it is called by reflection, and without it the program ends at the first signal.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Calls the action at each signal, on a thread of the JVM. */
    @SuppressWarnings("ReferenceEquality") // a handler is equal to itself alone
    static void onTermination(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> arguments != null && proxy == arguments[0];
                default -> "termination";
            };
            Object listener = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
            for (String name : new String[] {"TERM", "INT"}) {
                Object which = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, which, listener);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("signals cannot be handled, the program ends without a drain: {}", e.toString());
        }
    }
}

package dev.waypoint.control.stream;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.stream.v1.ConfigStreamGrpc;
import dev.waypoint.control.stream.v1.FromController;
import dev.waypoint.control.stream.v1.FromProxy;
import dev.waypoint.control.stream.v1.Hello;
import dev.waypoint.control.wire.UnreadableConfig;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC service: who may have what, and the order of messages. One message of a proxy is read at a time. */
final class StreamService extends ConfigStreamGrpc.ConfigStreamImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(StreamService.class);

    private final Consumer<Call> opened;

    StreamService(Consumer<Call> opened) {
        this.opened = opened;
    }

    /** What is told of a stream, on the thread of the streams. */
    interface Events {
        ProxySession begin(DataPlane plane, String pod);

        void changed(DataPlane plane);

        void ended(DataPlane plane, ProxySession session);
    }

    @Override
    public StreamObserver<FromProxy> subscribe(StreamObserver<FromController> responses) {
        ServerCallStreamObserver<FromController> out = (ServerCallStreamObserver<FromController>) responses;
        ProxyIdentity caller = Authentication.caller()
                .orElseThrow(() -> Status.UNAUTHENTICATED
                        .withDescription("nobody is known to call")
                        .asRuntimeException());
        out.disableAutoRequest();
        out.setCompression("gzip");
        Call call = new Call(caller, out);
        opened.accept(call);
        return call;
    }

    /** One stream. */
    static final class Call implements StreamObserver<FromProxy> {
        private final ProxyIdentity caller;
        private final ServerCallStreamObserver<FromController> out;
        private Executor worker = Runnable::run;
        private Optional<Events> events = Optional.empty();
        private Optional<Session> session = Optional.empty();
        private boolean failed;

        private record Session(DataPlane plane, ProxySession proxy) {}

        Call(ProxyIdentity caller, ServerCallStreamObserver<FromController> out) {
            this.caller = caller;
            this.out = out;
        }

        ServerCallStreamObserver<FromController> out() {
            return out;
        }

        void start(Executor thread, Events told) {
            worker = thread;
            events = Optional.of(told);
            out.setOnReadyHandler(() ->
                    worker.execute(() -> session.ifPresent(one -> one.proxy().pump())));
            out.setOnCancelHandler(() -> worker.execute(this::ended));
            out.setOnCloseHandler(() -> worker.execute(this::ended));
            out.request(1);
        }

        @Override
        public void onNext(FromProxy message) {
            worker.execute(() -> {
                if (failed) {
                    return;
                }
                try {
                    take(message);
                } catch (UnreadableConfig e) {
                    fail(Status.INVALID_ARGUMENT.withDescription(e.reason()));
                }
                session.ifPresent(one -> events.ifPresent(told -> told.changed(one.plane())));
                out.request(1);
            });
        }

        private void take(FromProxy message) throws UnreadableConfig {
            if (session.isEmpty()) {
                if (message.hasHello()) {
                    hello(message.getHello());
                } else {
                    fail(Status.INVALID_ARGUMENT.withDescription(
                            "the first message is " + message.getMessageCase() + ", expected HELLO"));
                }
                return;
            }
            ProxySession proxy = session.get().proxy();
            switch (message.getMessageCase()) {
                case INVENTORY -> proxy.inventory(message.getInventory());
                case ANSWER -> {
                    String version = session.get().plane() + " version "
                            + message.getAnswer().getVersion();
                    if (!message.getAnswer().getRefusal().isEmpty()) {
                        LOG.error(
                                "proxy {} refuses {}, what it has stays: {}",
                                proxy.replica().pod(),
                                version,
                                message.getAnswer().getRefusal());
                    }
                    message.getAnswer()
                            .getProblemsList()
                            .forEach(problem ->
                                    LOG.warn("proxy {}: {}: {}", proxy.replica().pod(), version, problem));
                    if (!proxy.answer(message.getAnswer())) {
                        throw new UnreadableConfig("an answer came to version "
                                + message.getAnswer().getVersion() + ", which was not waiting for one");
                    }
                }
                case HELLO -> throw new UnreadableConfig("a second hello came on one stream");
                case MESSAGE_NOT_SET ->
                    LOG.debug("a message came that this controller does not know; the proxy seems to be newer");
            }
        }

        private void hello(Hello hello) throws UnreadableConfig {
            DataPlane plane = new DataPlane(hello.getNamespace(), hello.getName());
            if (!plane.namespace().equals(caller.namespace()) || !plane.name().equals(caller.serviceAccount())) {
                String text = "the service account " + caller.namespace() + "/" + caller.serviceAccount()
                        + " may not have the configuration of " + plane + ", only that of the data plane of its name";
                LOG.warn("refused: {}", text);
                fail(Status.PERMISSION_DENIED.withDescription(text));
                return;
            }
            if (hello.getFormat() < Messages.FORMAT) {
                fail(Status.FAILED_PRECONDITION.withDescription("the proxy reads configuration up to format "
                        + hello.getFormat() + ", this controller writes format " + Messages.FORMAT
                        + ": upgrade the proxy"));
                return;
            }
            String pod = caller.pod().orElse(hello.getPod());
            events.ifPresent(told -> session = Optional.of(new Session(plane, told.begin(plane, pod))));
            if (session.isPresent()) {
                session.get().proxy().hello(hello);
            }
        }

        private void fail(Status status) {
            failed = true;
            session.ifPresentOrElse(one -> one.proxy().close(status), () -> {
                if (!out.isCancelled()) {
                    out.onError(status.asRuntimeException());
                }
            });
        }

        private void ended() {
            Optional<Session> over = session;
            session = Optional.empty();
            over.ifPresent(one -> {
                one.proxy().gone();
                events.ifPresent(told -> told.ended(one.plane(), one.proxy()));
            });
        }

        @Override
        public void onError(Throwable failure) {
            worker.execute(this::ended);
        }

        @Override
        public void onCompleted() {
            worker.execute(() -> {
                session.ifPresent(one -> one.proxy().complete());
                ended();
            });
        }
    }
}

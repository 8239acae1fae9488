"""Four example processors: ./run [NAME=PORT ...]."""

import json
import re
import sys
from concurrent import futures

import grpc
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb
from envoy.service.ext_proc.v3 import external_processor_pb2_grpc as rpc
from envoy.extensions.filters.http.ext_proc.v3 import processing_mode_pb2

FULL_DUPLEX = processing_mode_pb2.ProcessingMode.FULL_DUPLEX_STREAMED


# ---- building answers


def option(name, value, append=False):
    """A header that is set, or added. Envoy reads raw_value and append, and nothing else."""
    made = pb.HeaderMutation().set_headers.add()
    made.header.key = name
    made.header.raw_value = value.encode("latin-1")
    made.append.value = append
    return made


def mutation(*options, remove=()):
    return pb.HeaderMutation(set_headers=options, remove_headers=remove)


def answer(part, common=None):
    """An answer to request_headers, request_body, response_headers or response_body."""
    kind = pb.HeadersResponse if part.endswith("headers") else pb.BodyResponse
    return pb.ProcessingResponse(**{part: kind(response=common)})


def trailers(part):
    return pb.ProcessingResponse(**{part: pb.TrailersResponse()})


def piece(part, body, end):
    """A part of a body in mode FULL_DUPLEX_STREAMED."""
    streamed = pb.StreamedBodyResponse(body=body, end_of_stream=end)
    return answer(part, pb.CommonResponse(body_mutation=pb.BodyMutation(streamed_response=streamed)))


def replaced(part, body):
    """Answers a body message in the other modes."""
    change = pb.BodyMutation(body=body) if body else pb.BodyMutation(clear_body=True)
    return answer(part, pb.CommonResponse(body_mutation=change))


def refusal(status, problem):
    reply = pb.ImmediateResponse(
        headers=mutation(option("content-type", "application/json")),
        body=b'{"error":"%s"}' % problem.encode(),
        details="order_refused",
    )
    reply.status.code = status
    return pb.ProcessingResponse(immediate_response=reply)


def header(message, name):
    """The first value of a name. Proxies fill raw_value; some fill value."""
    for each in message.headers.headers:
        if each.key == name:
            return each.raw_value.decode("latin-1") or each.value
    return ""


# ---- sessions: each looks at one exchange; a method gets a message and yields what is said about it


class Session:
    """Lets everything pass; the others say what they do differently."""

    def __init__(self, config):
        self.duplex = {
            "request_body": config.request_body_mode == FULL_DUPLEX,
            "response_body": config.response_body_mode == FULL_DUPLEX,
        }

    def request_headers(self, message):
        yield answer("request_headers")

    def request_body(self, message):
        yield answer("request_body")

    def request_trailers(self, message):
        yield trailers("request_trailers")

    def response_headers(self, message):
        yield answer("response_headers")

    def response_body(self, message):
        yield answer("response_body")

    def response_trailers(self, message):
        yield trailers("response_trailers")


class Edit(Session):
    """Edits headers, and sends /old paths to /new."""

    def request_headers(self, message):
        changes = mutation(
            option("x-edited", "request"), option("x-tag", "processor", append=True), remove=["x-internal"]
        )
        path = header(message, ":path")
        old = path.startswith("/old/")
        if old:
            changes.set_headers.append(option(":path", "/new/" + path[len("/old/") :]))
        yield answer("request_headers", pb.CommonResponse(header_mutation=changes, clear_route_cache=old))

    def response_headers(self, message):
        changes = mutation(option("x-edited", "response"), remove=["x-powered-by"])
        yield answer("response_headers", pb.CommonResponse(header_mutation=changes))


class Redaction(Session):
    """Replaces keys in bodies, also where one is split over pieces: what may be the beginning of a key is held back until the
    next piece tells."""

    KEY = re.compile(rb"sk-[A-Za-z0-9]{16}")
    BEGINNING = re.compile(rb"(s|sk|sk-[A-Za-z0-9]{0,15})\Z")

    def __init__(self, config):
        super().__init__(config)
        self.held = {"request_body": b"", "response_body": b""}

    def request_body(self, message):
        yield from self.next("request_body", message)

    def response_body(self, message):
        yield from self.next("response_body", message)

    def next(self, part, message):
        text = self.KEY.sub(b"[redacted]", self.held[part] + message.body)
        beginning = None if message.end_of_stream else self.BEGINNING.search(text)
        keep = beginning.start() if beginning else len(text)
        self.held[part] = text[keep:]
        if not self.duplex[part]:
            yield replaced(part, text[:keep])
        elif keep or message.end_of_stream:
            yield piece(part, text[:keep], message.end_of_stream)

    def request_trailers(self, message):
        yield from self.rest("request_body")
        yield trailers("request_trailers")

    def response_trailers(self, message):
        yield from self.rest("response_body")
        yield trailers("response_trailers")

    def rest(self, part):
        if self.held[part]:
            if not self.duplex[part]:
                raise ValueError("data before trailers is possible in mode FULL_DUPLEX_STREAMED only")
            yield piece(part, self.held[part], False)


class Validation(Session):
    """Lets orders pass that are JSON objects with a name and a quantity, and answers all others itself."""

    def request_headers(self, message):
        if header(message, ":method") != "POST":
            yield answer("request_headers")
        elif message.end_of_stream:
            yield refusal(400, "a JSON body is expected")
        elif not header(message, "content-type").startswith("application/json"):
            yield refusal(415, "content-type must be application/json")
        else:
            yield answer("request_headers")

    def request_body(self, message):
        try:
            order = json.loads(message.body)
        except ValueError:
            yield refusal(400, "the body is not JSON")
            return
        if not isinstance(order, dict):
            yield refusal(422, "a JSON object is expected")
            return
        problems = []
        name = order.get("name")
        if not isinstance(name, str) or not name:
            problems.append("name must be a non-empty string")
        quantity = order.get("quantity")
        if type(quantity) is not int or not 1 <= quantity <= 1000:
            problems.append("quantity must be a whole number from 1 to 1000")
        if problems:
            yield refusal(422, "; ".join(problems))
        else:
            changes = mutation(option("x-validated", "true"))
            yield answer("request_body", pb.CommonResponse(header_mutation=changes))


class Guard(Session):
    """Guards the event stream of a language model (data: {"text": "..."}): each event goes on as soon as it is complete, a stream
    that says what it must not is cut off, and before data: [DONE] stands how many pieces of text there were. For mode
    FULL_DUPLEX_STREAMED alone: what goes on does not depend on what came one to one."""

    FORBIDDEN = "forbidden"
    DONE = b"data: [DONE]\n\n"
    STOP = b'data: {"text":"","stop":"content_filter"}\n\n' + DONE

    def __init__(self, config):
        super().__init__(config)
        self.active = False
        self.ended = False
        self.incomplete = b""
        self.said = ""
        self.pieces = 0

    def response_headers(self, message):
        self.active = header(message, "content-type").startswith("text/event-stream")
        changes = mutation(option("x-guarded", "yes")) if self.active else None
        yield answer("response_headers", pb.CommonResponse(header_mutation=changes))

    def response_body(self, message):
        if self.ended:
            return
        if not self.active:
            yield piece("response_body", message.body, message.end_of_stream)
            return
        self.incomplete += message.body
        while b"\n\n" in self.incomplete:
            event, self.incomplete = self.incomplete.split(b"\n\n", 1)
            event += b"\n\n"
            if self.must_stop(event):
                self.ended = True
                yield piece("response_body", self.STOP, True)
                return
            if event == self.DONE:
                event = b'data: {"pieces":%d}\n\n' % self.pieces + event
            yield piece("response_body", event, False)
        if message.end_of_stream:
            self.ended = True
            yield piece("response_body", self.incomplete, True)

    def must_stop(self, event):
        """Looks also at what was said before: a word may be spread over events."""
        if not event.startswith(b"data: {"):
            return False
        try:
            text = json.loads(event[len(b"data: ") :]).get("text")
        except ValueError:
            return False  # not ours to judge: it goes on as it is
        if not isinstance(text, str):
            return False
        self.pieces += 1
        self.said += text.lower()
        found = self.FORBIDDEN in self.said
        self.said = self.said[-len(self.FORBIDDEN) :]
        return found

    def response_trailers(self, message):
        if self.ended:
            return
        if self.incomplete:
            yield piece("response_body", self.incomplete, False)
        yield trailers("response_trailers")


SESSIONS = {"edit": Edit, "redact": Redaction, "validate": Validation, "llm": Guard}


class Service(rpc.ExternalProcessorServicer):
    def __init__(self, kind):
        self.kind = kind

    def Process(self, messages, context):
        session = None
        for message in messages:
            if session is None:
                session = self.kind(message.protocol_config)
            part = message.WhichOneof("request")
            if part is None:  # of a newer protocol
                continue
            for said in getattr(session, part)(getattr(message, part)):
                yield said
                if said.HasField("immediate_response"):
                    return


def main(arguments):
    ready, servers = "ready:", []
    for argument in arguments or ["edit=9101", "redact=9102", "validate=9103", "llm=9104"]:
        name, _, port = argument.partition("=")
        if name not in SESSIONS:
            sys.exit(f"the processor is '{name}', expected edit, redact, validate or llm, as NAME=PORT")
        server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=64), options=[("grpc.max_receive_message_length", 64 << 20)]
        )
        rpc.add_ExternalProcessorServicer_to_server(Service(SESSIONS[name]), server)
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        servers.append(server)
        ready += f" {name}={bound}"
    print(ready)
    for server in servers:
        server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])

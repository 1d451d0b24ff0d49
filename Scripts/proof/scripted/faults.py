"""A reply as a plan of what is written when, and what can go wrong with it.

status status=429 retry_after=1     and the meanings of errors.py: context_length, rate_limit, overloaded, credits ...
stall after=3 seconds=60            silence after so many frames; after=-1: before the head
cut bytes=200                       the connection ends after so many bytes of the body
reset bytes=200                     the same with a reset; without `bytes` before the head
unfinished after=3                  a stream that ends well after so many frames, without saying how
garbage after=3                     what is no JSON, instead of the body or as a frame
html                                a proxy's page with status 200;   empty_body: status 200 and nothing
error_event meaning=overloaded after=2    an error inside the stream, which ends then; a status when not streamed
slow seconds=0.01 bytes=1           so many bytes at a time
huge bytes=5000000                  a text that long

In place of `after`, `said=2` counts only frames with words of the answer: each interface sends others before them.
"""

import dataclasses

from . import errors
from .frames import Said, data

CLOSE, RESET = "close", "reset"
FOREVER = 3600.0
KINDS = {"stall", "cut", "reset", "unfinished", "garbage", "html", "empty_body", "error_event", "slow", "huge"}
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


@dataclasses.dataclass
class Reply:
    """`body` is bytes, or the frames of a stream: bytes, or functions that give bytes when it is their turn."""

    body: bytes | list
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    type: str = "application/json"
    fault: dict | None = None
    gap: float = 0.0
    latency: float = 0.0

    @property
    def is_stream(self):
        return isinstance(self.body, list)

    def head(self):
        fields = {"content-type": "text/event-stream; charset=utf-8" if self.is_stream else self.type, **self.headers}
        if self.is_stream:
            fields |= {"cache-control": "no-cache", "transfer-encoding": "chunked"}
        else:
            fields["content-length"] = len(self.body)
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(frame):
    if callable(frame):
        return lambda: chunk(frame())
    return b"%x\r\n%b\r\n" % (len(frame), frame)


def is_known(fault):
    return fault["kind"] in KINDS or fault["kind"] == "status" or fault["kind"] in errors.STATUS


def is_refusal(fault, streams):
    """The fault is an answer with another status."""
    kind = fault["kind"]
    return kind == "status" or kind in errors.STATUS or (kind == "error_event" and not streams)


def place_of(fault, body):
    """After how many frames the fault comes."""
    if "said" not in fault or not isinstance(body, list):
        return int(fault.get("after", 0))
    places = [place for place, frame in enumerate(body) if isinstance(frame, Said)]
    return places[int(fault["said"]) - 1] + 1 if len(places) >= int(fault["said"]) > 0 else len(body)


def changed(reply, interface, model):
    """The reply with those faults that are about what is said."""
    fault = reply.fault
    kind, after = fault["kind"], place_of(fault, reply.body)
    if kind == "garbage":
        if reply.is_stream:
            reply.body = [*reply.body[:after], b'data: {"choices": [{"del\xff\n\n', *reply.body[after:]]
        else:
            reply.body = b'upstream says: {"choi \xff'
    elif kind == "html":
        reply.body, reply.type = b"<!doctype html><title>Sign in</title><p>Sign in to the network", "text/html"
    elif kind == "empty_body":
        reply.body = [] if reply.is_stream else b""
    elif kind == "unfinished" and reply.is_stream:
        reply.body = reply.body[:after]
    elif kind == "error_event" and reply.is_stream:
        told = errors.stream_event(interface, fault.get("meaning", "overloaded"), model)
        reply.body = [*reply.body[:after], told]
        if interface == "chat":
            reply.body.append(data("[DONE]").replace(b'"', b""))
    return reply


def plan(reply):
    """What to do one after the other: bytes (or a function that gives them), seconds to wait, CLOSE or RESET."""
    fault = reply.fault or {"kind": None}
    kind, after, seconds = fault["kind"], place_of(fault, reply.body), float(fault.get("seconds", FOREVER))
    if kind == "reset" and "bytes" not in fault:
        return [reply.latency, RESET]
    steps = [reply.latency, reply.head()]
    if kind == "stall" and after < 0:
        steps = [reply.latency, seconds, reply.head()]
    if reply.is_stream:
        for place, frame in enumerate(reply.body):
            if kind == "stall" and place == after:
                steps.append(seconds)
            elif place and reply.gap:
                steps.append(reply.gap)
            steps.append(chunk(frame))
        if kind == "stall" and after >= len(reply.body):
            steps.append(seconds)
        steps.append(b"0\r\n\r\n")
    else:
        if kind == "stall" and after >= 0:
            steps += [reply.body[:1], seconds, reply.body[1:]]
        else:
            steps.append(reply.body)
    if kind in ("cut", "reset"):
        return stopped(steps, int(fault.get("bytes", 0)), CLOSE if kind == "cut" else RESET)
    if kind == "slow":
        return dripping(steps, int(fault.get("bytes", 1)), float(fault.get("seconds", 0.01)))
    return steps


def stopped(steps, limit, end):
    """The plan until `limit` bytes after the head; then the connection ends."""
    kept, left = list(steps[:2]), limit
    for step in steps[2:]:
        step = step() if callable(step) else step
        if isinstance(step, bytes):
            step = step[:left]
            left -= len(step)
        kept.append(step)
        if left <= 0:
            break
    return [*kept, 0.02, end]


def dripping(steps, size, seconds):
    kept = list(steps[:2])
    for step in steps[2:]:
        step = step() if callable(step) else step
        if not isinstance(step, bytes):
            continue
        for at in range(0, len(step), size):
            kept += [seconds, step[at : at + size]]
    return kept

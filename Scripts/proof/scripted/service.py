"""What the scripted model server does with a request, and what it remembers of it."""

import collections
import itertools
import json
import time
import urllib.parse

from . import (
    anthropic_messages,
    errors,
    faults,
    google_gemini,
    listings,
    openai_chat,
    openai_responses,
    validity,
)
from .answer import Piece
from .faults import Reply
from .frames import dumps
from .pace import Pace
from .routes import computed, key_of, listed, readable, route, service_by
from .script import Script

INTERFACES = {
    "chat": openai_chat,
    "responses": openai_responses,
    "anthropic": anthropic_messages,
    "google": google_gemini,
}
KEPT_BYTES = 64 << 20
SETTINGS = {
    "latency": 0.0,
    "gap": 0.0,
    "size": 12,
    "strict": False,
    "keys": None,
    "models": None,
    "embedding_latency": 0.0,
}


class Service:
    def __init__(self, loop, **settings):
        self.pace = Pace(loop)
        self.settings = {**SETTINGS, **settings}
        self.script = Script()
        self.numbers = itertools.count(1)
        self.connections = set()
        self.forget()

    def forget(self):
        self.script.clear()
        self.requests, self.kept = collections.deque(), 0
        self.counts = collections.Counter()
        self.violations = []
        self.listing_faults = []

    def left(self, connection):
        self.connections.discard(connection)

    # --- every request ----------------------------------------------------------------------------------------------

    def answer(self, request, connection):
        """(plan, called with whether all of it was written)."""
        path = "/" + request.path.strip("/")
        control = CONTROL.get((request.method, path))
        if control:
            return self.controlled(control, request), lambda finished: None
        self.connections.add(connection)
        record = self.record(request, path)
        try:
            reply = self.reply(request, path, record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            said = f"the scripted model cannot read this request: {error!r}"
            record["violations"].append(said)
            reply = Reply(dumps({"error": {"message": said, "type": "invalid_request_error", "code": None}}), 400)
        self.note(record, reply)
        self.counts["answering"] += 1

        def done(finished):
            self.counts["answering"] -= 1
            record["ended"] = "done" if finished else "closed early"
            if not finished:
                self.counts["closed_early"] += 1

        return faults.plan(reply), done

    def record(self, request, path):
        record = {
            "number": next(self.numbers),
            "time": time.time(),
            "path": path,
            "query": request.query,
            "headers": request.headers,
            "interface": None,
            "status": None,
            "ended": None,
            "violations": [],
            "raw": request.body,
        }
        self.requests.append(record)
        self.kept += len(request.body)
        while self.kept > KEPT_BYTES:
            self.kept -= len(self.requests.popleft()["raw"])
        return record

    def note(self, record, reply):
        record["status"] = reply.status
        self.counts["requests"] += 1
        self.counts[record["interface"] or "other"] += 1
        self.counts["streams"] += reply.is_stream
        self.counts["refused"] += reply.status != 200
        for told in record["violations"]:
            self.counts["violations"] += 1
            if len(self.violations) < 200:
                self.violations.append(f"request {record['number']} ({record['path']}): {told}")

    def reply(self, request, path, record):
        interface, streams, model = route(request, path)
        record["interface"] = interface
        if self.settings["keys"] and key_of(request) not in self.settings["keys"]:
            return self.refused(interface or service_by(request, path), {"kind": "authentication"}, model)
        if interface:
            return self.modelled(interface, streams, model, request, record)
        return self.other(request, path, record)

    def refused(self, interface, fault, model):
        status, headers, body = errors.refusal(interface, fault, model)
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        return Reply(body if isinstance(body, bytes) else dumps(body), status, headers, kind)

    # --- answers of models ------------------------------------------------------------------------------------------

    def modelled(self, interface, streams, model, request, record):
        body = json.loads(request.body)
        streams = streams or bool(body.get("stream"))
        module = INTERFACES[interface]
        record["violations"] += validity.violations(interface, body, request.headers)
        if record["violations"] and self.settings["strict"]:
            return self.refused(interface, {"kind": "bad_request"}, model)
        answer = self.script.next(module.view(body), request.body)
        fault = answer.fault
        latency = float(self.settings["latency"] if answer.latency is None else answer.latency)
        if fault and not faults.is_known(fault):
            raise ValueError(f"no such fault: {fault}")
        if fault and faults.is_refusal(fault, streams):
            if fault["kind"] == "error_event":
                fault = {"kind": fault.get("meaning", "overloaded")}
            reply = self.refused(interface, fault, model)
            reply.latency = latency
            return reply
        if fault and fault["kind"] == "huge":
            answer.pieces.insert(0, Piece("text", "long " * (int(fault["bytes"]) // 5)))
        if interface == "google":
            body["model"] = model
        validity.remember(answer)
        tokens = answer.tokens(len(request.body))
        if streams:
            size = answer.size or self.settings["size"]
            content = module.stream(answer, body, tokens, max(size, int((fault or {}).get("bytes", 0)) // 500))
        else:
            content = dumps(module.plain(answer, body, tokens))
        gap = float(self.settings["gap"] if answer.gap is None else answer.gap)
        headers = {"x-request-id": f"req_{record['number']}", "request-id": f"req_{record['number']}"}
        reply = Reply(content, 200, headers, fault=fault, gap=gap, latency=latency)
        return faults.changed(reply, interface, model) if fault else reply

    def other(self, request, path, record):
        names = {**listings.NAMES, **(self.settings["models"] or {})}
        if request.method == "GET":
            if self.listing_faults:
                return self.refused(service_by(request, path), self.listing_faults.pop(0), "")
            found = listed(request, path, names)
            record["interface"] = "models" if found else None
        else:
            body = json.loads(request.body or b"{}")
            record["interface"], found = computed(path, body)
        if found is None:
            told = {"message": f"Unknown request URL: {request.method} {path}.", "type": "invalid_request_error"}
            return Reply(dumps({"error": {**told, "param": None, "code": "unknown_url"}}), 404)
        latency = self.settings["embedding_latency"] if record["interface"] == "embeddings" else 0.0
        return Reply(dumps(found), latency=float(latency))

    # --- control ----------------------------------------------------------------------------------------------------

    def controlled(self, control, request):
        try:
            body = json.loads(request.body) if request.body else None
            query = dict(urllib.parse.parse_qsl(request.query))
            return faults.plan(Reply(dumps(control(self, body, query))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return faults.plan(Reply(dumps({"error": f"{type(error).__name__}: {error}"}), 400))

    def post_script(self, body, query):
        self.script.post(body)
        return {"queued": len(self.script.queue)}

    def change_settings(self, body, query):
        if unknown := set(body) - set(SETTINGS):
            raise ValueError(f"no such settings: {sorted(unknown)}")
        self.settings |= body
        return self.settings

    def reset(self, body, query):
        self.forget()
        self.settings = {**SETTINGS, **(body or {})}
        return {}

    def fail_listings(self, body, query):
        self.listing_faults += body
        return {}

    def show_requests(self, body, query):
        """Those after number `after`, at most the last `last` of them; `has` is text that the body must hold."""
        after, has = int(query.get("after", 0)), query.get("has", "").encode()
        found = [r for r in self.requests if r["number"] > after and has in r["raw"]]
        if "last" in query:
            found = found[-int(query["last"]) :]
        return [{**{k: v for k, v in r.items() if k != "raw"}, "body": readable(r["raw"])} for r in found]

    def stats(self, body, query):
        names = (
            "requests",
            "refused",
            "streams",
            "answering",
            "closed_early",
            "violations",
            *INTERFACES,
            "embeddings",
            "models",
        )
        return {
            **{name: self.counts[name] for name in names},
            "connections_open": len(self.connections),
            "last_number": self.requests[-1]["number"] if self.requests else 0,
            "queued": len(self.script.queue),
            "violation_texts": self.violations,
            "cpu_seconds": time.process_time(),
        }


CONTROL = {
    ("GET", "/health"): lambda service, body, query: {"status": "ok"},
    ("GET", "/requests"): Service.show_requests,
    ("GET", "/stats"): Service.stats,
    ("POST", "/script"): Service.post_script,
    ("POST", "/settings"): Service.change_settings,
    ("POST", "/reset"): Service.reset,
    ("POST", "/listing-faults"): Service.fail_listings,
}

"""JSON-RPC without an SDK: over the pipes of a process, and over HTTP."""

import contextlib
import http.client
import json
import queue
import socket
import subprocess
import threading
import time
import urllib.parse

from proof.server import binary, clean_environment

STATELESS = "2026-07-28"
HANDSHAKES = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
NEWEST = HANDSHAKES[-1]
META = "io.modelcontextprotocol/"


def message(method, params=None, id=None):
    found = {"jsonrpc": "2.0", "method": method}
    if params is not None:
        found["params"] = params
    if id is not None:
        found["id"] = id
    return found


def greeting(revision=NEWEST):
    return {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}


def envelope(revision=STATELESS, **more):
    """What every request of the stateless era carries in `_meta`."""
    meta = {
        META + "protocolVersion": revision,
        META + "clientInfo": {"name": "raw", "version": "1"},
        META + "clientCapabilities": {},
    }
    return {**meta, **more}


def stateless(method, params=None, id=1, revision=STATELESS, **more):
    return message(method, {**(params or {}), "_meta": envelope(revision, **more)}, id)


class Pipe:
    """`roost mcp` as a child, spoken to line by line."""

    def __init__(self, home, arguments=("mcp",), env=None, cwd=None):
        self.process = subprocess.Popen(
            [binary(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(home, env),
            cwd=cwd or home,
            start_new_session=True,
        )
        self.lines, self.errors, self.heard, self.counter = queue.Queue(), [], [], 0
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def write(self, data):
        if not isinstance(data, bytes):
            data = json.dumps(data).encode() + b"\n"
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self, timeout=10.0):
        """The next message; None when nothing came or the process ended."""
        try:
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            return None
        return None if line is None else json.loads(line)

    def ask(self, method, params=None, timeout=10.0):
        """The answer to one request; what comes between is kept in `heard`."""
        self.counter += 1
        self.write(message(method, params, self.counter))
        return self.answer(self.counter, timeout)

    def answer(self, id, timeout=10.0):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = self.read(max(0.01, end - time.monotonic()))
            assert found is not None, f"no answer to {id}; the process said {b''.join(self.errors)[-2000:]!r}"
            if found.get("id") == id and "method" not in found:
                return found
            self.heard.append(found)
        raise AssertionError(f"no answer to {id} in {timeout} s")

    def greet(self, revision=NEWEST):
        answer = self.ask("initialize", greeting(revision))
        self.write(message("notifications/initialized"))
        return answer["result"]

    def end(self, timeout=10.0):
        """Closes its input; the exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except (OSError, ValueError):
                pass


def events(lines):
    """The events of a stream: dictionaries of their fields."""
    event = {}
    for line in lines:
        line = line.decode().rstrip("\r\n")
        if not line:
            if event:
                yield event
            event = {}
            continue
        if line.startswith(":"):
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        event[name] = event[name] + "\n" + value if name == "data" and name in event else value


def hang_up(connection):
    """Ends a connection at once, also while another thread reads from it."""
    with contextlib.suppress(OSError):
        connection.wire.shutdown(socket.SHUT_RDWR)
    connection.wire.close()


class Answer:
    """The answer to a POST: status, headers, the messages in it, and its events where it was a stream."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.events = []
        if headers.get("content-type", "").startswith("text/event-stream"):
            self.events = list(events(body.splitlines(keepends=True)))
            self.messages = [json.loads(event["data"]) for event in self.events if event.get("data")]
        else:
            try:
                self.messages = [json.loads(body)] if body else []
            except ValueError:
                self.messages = []

    @property
    def last(self):
        assert self.messages, self
        return self.messages[-1]

    @property
    def result(self):
        assert "result" in self.last, self
        return self.last["result"]

    @property
    def error(self):
        assert "error" in self.last, self
        return self.last["error"]

    def __repr__(self):
        return f"Answer({self.status}, {self.headers}, {self.body[:500]!r})"


class Endpoint:
    """One streamable HTTP endpoint, with the session and the revision that its requests carry."""

    def __init__(self, url, headers=None, timeout=20.0):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.timeout = parts.hostname, parts.port, timeout
        self.path = parts.path + ("?" + parts.query if parts.query else "")
        self.headers, self.session, self.revision, self.counter = headers or {}, None, None, 0

    def prepared(self, headers):
        sent = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
        if self.session:
            sent["Mcp-Session-Id"] = self.session
        if self.revision:
            sent["MCP-Protocol-Version"] = self.revision
        sent = {**sent, **self.headers, **(headers or {})}
        return {name: value for name, value in sent.items() if value is not None}

    def begin(self, verb, body=None, headers=None, path=None):
        """The connection of a request that was sent, its answer not waited for."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request(verb, path or self.path, body, self.prepared(headers))
        connection.wire = connection.sock  # http.client forgets it where the answer ends with the connection
        return connection

    def open(self, verb, body=None, headers=None, path=None):
        """The connection and its answer, unread."""
        connection = self.begin(verb, body, headers, path)
        return connection, connection.getresponse()

    def send(self, verb, body=None, headers=None, path=None):
        connection, answer = self.open(verb, body, headers, path)
        with contextlib.closing(connection):
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def post(self, body, headers=None):
        return self.send("POST", body, headers)

    def ask(self, method, params=None, headers=None):
        self.counter += 1
        return self.post(message(method, params, self.counter), headers)

    def ask_stateless(self, method, params=None, headers=None, revision=STATELESS, **more):
        """A request as the stateless era sends it, with the headers that repeat what is in it."""
        self.counter += 1
        routing = {"MCP-Protocol-Version": revision, "Mcp-Method": method}
        name = (params or {}).get("uri" if method == "resources/read" else "name")
        if method in ("tools/call", "prompts/get", "resources/read") and name is not None:
            routing["Mcp-Name"] = name
        return self.post(stateless(method, params, self.counter, revision, **more), {**routing, **(headers or {})})

    def greet(self, revision=NEWEST):
        answer = self.ask("initialize", greeting(revision))
        assert answer.status == 200, answer
        self.session = answer.headers.get("mcp-session-id")
        self.revision = answer.result["protocolVersion"]
        done = self.post(message("notifications/initialized"))
        assert done.status == 202, done
        return answer.result

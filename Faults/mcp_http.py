#!/usr/bin/env python3
"""MCP over HTTP as an outsider finds it: foreign pages, floods of sessions, clients that cut or never read, odd addresses.

Faults/mcp_http.py [--sessions 12000] [--aborts 3000] [--only NAME ...]
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import random
import socket
import sys
import time
import urllib.parse
import uuid

import drills
import storm  # noqa: F401  (finds the package proof)
from proof.server import Server

PATHS = ["/mcp", "/mcp/", "/sse", "/sse/", "/messages", "/messages/", "/messages?sessionId=x", "/mcp?tools=classic"]
METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]
BOTH = "application/json, text/event-stream"
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def message(number, method, params=None):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}


def send(server, body, headers=None, path="/mcp", method="POST", timeout=60):
    """Status, headers and body of one exchange on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json", "Accept": BOTH, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def opened(server, path="/mcp"):
    hello = message(0, "initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}})
    status, headers, body = send(server, hello, path=path)
    assert status == 200, (status, body[:200])
    return {"Mcp-Session-Id": headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-11-25"}


def call(server, session, number, tool, arguments, **more):
    status, _, body = send(server, message(number, "tools/call", {"name": tool, "arguments": arguments}), session, **more)
    return status, json.loads(events(body)[-1] if body.startswith((b"id:", b"event:")) else body)


def events(stream):
    return [line[6:] for line in stream.decode().split("\n") if line.startswith("data: ")]


def raw(server, data, seconds=10, receive=None):
    """Sends bytes, gives what comes until the peer closes, or `receive` bytes."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as peer:
        with contextlib.suppress(OSError):
            peer.sendall(data)
            while receive is None or len(found) < receive:
                part = peer.recv(65536)
                if not part:
                    break
                found += part
    return found


def load(server):
    status = dict(line.split(":", 1) for line in open(f"/proc/{server.pid}/status"))
    return {
        "memory": int(status["VmRSS"].split()[0]) << 10,
        "peak": int(status["VmHWM"].split()[0]) << 10,
        "threads": int(status["Threads"]),
        "files": len(os.listdir(f"/proc/{server.pid}/fd")),
    }


def settled(server, before, grown=200 << 20, seconds=20):
    """What has not come back to what it was."""
    until = time.monotonic() + seconds
    while True:
        now = load(server)
        wrong = [
            f"{name}: {before[name]} before, {now[name]} after"
            for name, most in (("threads", 4), ("files", 8), ("memory", grown))
            if now[name] > before[name] + most
        ]
        if not wrong or time.monotonic() > until:
            return wrong
        time.sleep(0.2)


# --- drills: each yields what went wrong -------------------------------------------------------------------------------


def guards(server, asked):
    """Host, Origin and password come first, on every path and method."""
    ping = json.dumps(message(1, "ping")).encode()
    with Server(env={"ROOST_PASSWORD": "correct horse battery"}) as locked:
        right = {"Authorization": "Bearer correct horse battery"}
        for path in PATHS:
            for method in METHODS:
                trials = [
                    (server, {"Host": "evil.example"}, 403),
                    (server, {"Host": f"evil.example:{server.port}", "Origin": f"http://evil.example:{server.port}"}, 403),
                    (server, {"Origin": "http://evil.example"}, 403),
                    (server, {"Origin": "null"}, 403),
                    (server, {"Origin": f"http://localhost:{server.port}.evil.example"}, 403),
                    (locked, {}, 401),
                    (locked, {"Authorization": "Bearer correct horse batter"}, 401),
                    (locked, {"Authorization": "Basic correct horse battery"}, 401),
                    (locked, {"Authorization": ""}, 401),
                    (locked, {**right, "Origin": "http://evil.example"}, 403),
                ]
                for target, headers, wanted in trials:
                    status, answer, _ = send(target, None if method in ("GET", "HEAD") else ping, headers, path, method)
                    if status != wanted:
                        yield f"{method} {path} with {headers}: {status} instead of {wanted}"
                    if status == 401 and answer["WWW-Authenticate"] is None:
                        yield f"{method} {path}: 401 without WWW-Authenticate"
                    if answer["Access-Control-Allow-Origin"] or answer["Mcp-Session-Id"]:
                        yield f"{method} {path} with {headers}: a refusal that opens something"
        status, _, _ = send(locked, message(1, "initialize", {"protocolVersion": "2025-11-25"}), right)
        if status != 200:
            yield f"with the password: {status}"
        if b"correct horse" in locked.log.read_bytes():
            yield "the password stands in the log"


def sessions(server, asked):
    """Ids of others, guessed or chosen, are nobody's session; a flood of sessions is bounded."""
    before = load(server)
    mine = opened(server)
    for identifier in [str(uuid.uuid4()), "", "x" * 5000, mine["Mcp-Session-Id"].upper() + "x", "../../etc/passwd"]:
        for method, body in (("POST", message(1, "ping")), ("GET", None), ("DELETE", None)):
            status, _, _ = send(server, body, {"Mcp-Session-Id": identifier}, method=method)
            if status not in (400, 404):
                yield f"{method} with the session {identifier[:40]!r}: {status}"
    status, headers, _ = send(
        server, message(1, "initialize", {"protocolVersion": "2025-11-25"}), {"Mcp-Session-Id": str(uuid.uuid4())}
    )
    if status != 400 or headers["Mcp-Session-Id"]:
        yield f"a chosen session id: {status}"

    def several(count):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        hello = json.dumps(message(0, "initialize", {"protocolVersion": "2025-11-25"}))
        found = set()
        for _ in range(count):
            connection.request("POST", "/mcp", hello, {"Content-Type": "application/json", "Accept": BOTH})
            answer = connection.getresponse()
            answer.read()
            found.add(answer.headers["Mcp-Session-Id"])
        connection.close()
        return found

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = set().union(*pool.map(several, [asked.sessions // 8] * 8))
    if len(made) != asked.sessions // 8 * 8:
        yield f"{len(made)} different session ids of {asked.sessions // 8 * 8}"
    status, _ = call(server, opened(server), 1, "memory_status", {})
    if status != 200:
        yield f"after the flood a new session gets {status}"
    yield from settled(server, before, grown=300 << 20)


def unread(server, asked):
    """Clients of both transports that ask without end and never read."""
    before = load(server)
    peers = []
    for _ in range(8):
        peer = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.sendall(b"GET /sse?tools=all HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        head = b""
        while b"sessionId=" not in head or not head.endswith(b"\n\r\n"):
            head += peer.recv(1)
        peers.append((peer, head.split(b"sessionId=")[1].split(b"\n")[0].decode().strip()))

    def ask(identifier):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        statuses = {}
        for number in range(asked.aborts):
            connection.request("POST", f"/messages?sessionId={identifier}", json.dumps(message(number, "tools/list")))
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
        connection.close()
        return statuses

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, [identifier for _, identifier in peers]))
    peak = load(server)["peak"]
    if peak > before["memory"] + (400 << 20):
        yield f"clients of /sse that do not read took {peak - before['memory'] >> 20} MB; {statuses[0]}"
    streams = []
    session = opened(server)
    request = json.dumps(message(1, "tools/list")).encode()
    for number in range(300):
        peer = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        body = request.replace(b'"id": 1', b'"id": %d' % number)
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            f"Mcp-Session-Id: {session['Mcp-Session-Id']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        peer.sendall(head.encode() + body)
        streams.append(peer)
    status, _ = call(server, session, "beside", "memory_status", {})
    if status != 200:
        yield f"beside them a call gets {status}"
    for peer in streams + [peer for peer, _ in peers]:
        peer.close()
    yield from settled(server, before)


def aborted(server, asked):
    """Thousands of calls whose clients leave at once, then streams that are cut and resumed."""
    before = load(server)
    session = opened(server)

    def leave(number):
        tool, arguments = random.choice(
            [("remember", {"text": f"aborted {number}"}), ("recall", {"query": "aborted"}), ("memory_status", {})]
        )
        params = {"name": tool, "arguments": arguments}
        if number % 3 == 0:
            params["_meta"] = META
        body = json.dumps(message(f"a{number}", "tools/call", params)).encode()
        era = (
            f"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
            if number % 3 == 0
            else f"Mcp-Session-Id: {session['Mcp-Session-Id']}\r\n"
        )
        accept = "text/event-stream" if number % 3 == 1 else BOTH
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Type: application/json\r\n{era}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer:
            data = head + body
            peer.sendall(data[: random.randrange(1, len(data))] if number % 5 == 0 else data)
            if number % 2:
                time.sleep(random.uniform(0, 0.01))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        list(pool.map(leave, range(asked.aborts)))
    resumed = 0
    for number in range(50):
        body = json.dumps(message(f"r{number}", "tools/call", {"name": "recall", "arguments": {"query": "aborted"}})).encode()
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            f"Mcp-Session-Id: {session['Mcp-Session-Id']}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer:
            peer.sendall(head + body)
            found = b""
            while not found.partition(b"\r\n\r\n")[2].partition(b"id: ")[2].count(b"\n"):
                found += peer.recv(200)
        last = found.partition(b"\r\n\r\n")[2].partition(b"id: ")[2].split(b"\n")[0].decode()
        headers = {**session, "Last-Event-ID": last, "Accept": "text/event-stream"}
        status, _, stream = send(server, None, headers, method="GET", timeout=20)
        answers = [json.loads(e) for e in events(stream) if e]
        if status == 200 and any(a.get("id") == f"r{number}" and "result" in a for a in answers):
            resumed += 1
    if resumed != 50:
        yield f"{resumed} of 50 cut streams gave their answer to a client that came back"
    for last in ["0-999999999", "99999999999999999999-1", "-1-1", "1", "", "x" * 2000, "1-1-1"]:
        status, _, _ = send(server, None, {**session, "Last-Event-ID": last}, method="GET")
        if status != 400:
            yield f"Last-Event-ID {last[:30]!r}: {status}"
    yield from settled(server, before)


ODD = ["a\r\nX-Evil: 1", "a\0b", "x" * 10_000, "../../etc", "%", "'; DROP TABLE agents; --", "\u202e\ufeff", " ", "a&b=c"]
ODD.append("ж" * 300)


def addresses(server, asked):
    """What the address says is only ever a name."""
    for name in ("agent_id", "project", "tools"):
        for value in ODD:
            path = f"/mcp?{name}={urllib.parse.quote(value)}"
            status, headers, body = send(server, message(1, "initialize", {"protocolVersion": "2025-11-25"}), path=path)
            if headers["X-Evil"] is not None:
                yield f"{name}={value[:20]!r} put a header into the answer"
            if status != 200:
                if status >= 500:
                    yield f"{name}={value[:20]!r}: {status} {body[:100]}"
                continue
            session = {"Mcp-Session-Id": headers["Mcp-Session-Id"]}
            for tool, arguments in (("recall", {"query": "x"}), ("remember", {"text": "x"}), ("memory_status", {})):
                status, reply = call(server, session, 2, tool, arguments)
                text = json.dumps(reply)
                if status != 200 or "result" not in reply or "SQL" in text or len(text) > 50_000:
                    yield f"{name}={value[:20]!r}, {tool}: {status} {text[:200]}"
    for path in ("/mcp?agent_id=%ff", "/mcp?project=%zz", "/mcp?tools=nope"):
        status, _, body = send(server, message(1, "initialize", {"protocolVersion": "2025-11-25"}), path=path)
        if status != 400:
            yield f"{path}: {status} {body[:100]}"


def sizes(server, asked):
    """Bodies, headers and values beyond the limits; slow bodies keep nobody waiting."""
    before = load(server)
    status, _, _ = send(server, b"x" * (1 << 10), {"Content-Length": str(60 << 20)})
    if status != 413:
        yield f"a body of 60 MB: {status}"
    answer = raw(server, b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-H%d: y\r\n" % n for n in range(9000)))
    if b" 431 " not in answer[:20]:
        yield f"thousands of headers: {answer[:40]}"
    slow = []
    for _ in range(200):
        peer = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        peer.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        slow.append(peer)
    began = time.monotonic()
    session = opened(server)
    if time.monotonic() - began > 5:
        yield "slow bodies keep others waiting"
    for peer in slow:
        peer.close()
    for text in ("[" * 100_000, '{"a":' * 100_000, "[" + "0," * 1_100_000 + "0]", "", "\xff", "[]", "null"):
        status, _, body = send(server, text.encode("latin1"), session)
        if status != 400 or json.loads(body)["error"]["code"] not in (-32700, -32600):
            yield f"{text[:10]!r}: {status} {body[:100]}"
    for wrong in (
        {"method": "m" * 1_000_000},
        {"method": "tools/call", "params": {"name": "t" * 1_000_000}},
        {"method": "resources/read", "params": {"uri": "u" * 1_000_000}},
        {"method": "prompts/get", "params": {"name": "p" * 1_000_000}},
        {"method": "tools/call", "params": {"name": "recall", "arguments": {"query": "x", "agent_id": "a" * 1_000_000}}},
        {"method": "tools/call", "params": {"name": "forget", "arguments": {"passage_id": "a" * 1_000_000}}},
        {"method": "tools/call", "params": {"name": "read_memory", "arguments": {"label": "a" * 1_000_000}}},
    ):
        status, _, body = send(server, {"jsonrpc": "2.0", "id": 1, **wrong}, session)
        if status >= 500 or len(body) > 10_000:
            yield f"{str(wrong)[:60]}: {status}, {len(body)} bytes"
    many = "[" + "0," * 990_000 + "0]"
    heavy = f'{{"jsonrpc":"2.0","id":"%s","method":"tools/call","params":{{"name":"recall","arguments":{{"query":"x","y":{many}}}}}}}'
    for _ in range(2):
        after = load(server)
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            statuses = list(pool.map(lambda n: send(server, (heavy % n).encode(), session)[0], range(50)))
        if not set(statuses) <= {200, 503} or 200 not in statuses:
            yield f"messages of a million values: {sorted(set(statuses))}"
    peak = load(server)["peak"]
    if peak > before["memory"] + (1000 << 20):
        yield f"messages of a million values took {peak - before['memory'] >> 20} MB"
    # What the first round has left in the allocator the second one uses again.
    yield from settled(server, {**before, "memory": after["memory"]})


def eras(server, asked):
    """Both eras at once over one connection pool: each is answered by its own rules."""
    session = opened(server)
    stateless = {"MCP-Protocol-Version": "2026-07-28"}

    def one(number):
        if number % 2:
            return call(server, session, number, "memory_status", {})[0]
        params = {"name": "memory_status", "arguments": {}, "_meta": META}
        headers = {**stateless, "Mcp-Method": "tools/call", "Mcp-Name": "memory_status"}
        return send(server, message(number, "tools/call", params), headers)[0]

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(one, range(400)))
    if set(statuses) != {200}:
        yield f"statuses {sorted(set(statuses))}"
    mixed = {**session, **stateless}
    for method, body in (("DELETE", None), ("GET", None)):
        status, _, _ = send(server, body, mixed, method=method)
        if status != 405:
            yield f"{method} of the stateless era: {status}"
    if call(server, session, 1, "memory_status", {})[0] != 200:
        yield "a request of the other era ended the session"


DRILLS = [guards, sessions, unread, aborted, addresses, sizes, eras]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sessions", type=int, default=12_000)
    options.add_argument("--aborts", type=int, default=3000)
    options.add_argument("--only", nargs="*", default=[])
    asked = options.parse_args()

    def attempt(drill):
        with Server() as server:
            complaints = drills.complaints_of(drill, server, asked)
            if not server.running():
                complaints.append(f"the server is gone: {server.log_tail()}")
            elif not server.healthy():
                complaints.append("the server is not healthy")
            return complaints

    return drills.run("mcp_http", DRILLS, asked.only, attempt)


if __name__ == "__main__":
    sys.exit(main())

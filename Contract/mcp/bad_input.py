#!/usr/bin/env python3
"""What no SDK would send to `roost mcp` and to /mcp: each request gets its one answer, nothing is lost, memory bounded.

Contract/mcp/bad_input.py [--only WORD]
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2] / "Scripts")]

from proof import process  # noqa: E402
from proof.server import Server, binary, clean_environment  # noqa: E402
from support.raw import STATELESS, Endpoint, Pipe, hang_up, message  # noqa: E402

#: Values of every JSON type, for members that want another.
ODD = (None, True, False, 0, -1, 1.5, 1e308, "", "x", "\u0000", "\ud800", [], [[]], {}, {"a": None}, 2**70)
DRILLS = []


def drill(function):
    DRILLS.append(function)
    return function


def running(word):
    """The ids of the processes whose command line holds a word."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            command = pathlib.Path(f"/proc/{entry}/cmdline").read_bytes()
            state = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if word.encode() in command and state != "Z":
            found.append(int(entry))
    return found


@contextlib.contextmanager
def pipe(home=None, **more):
    with contextlib.ExitStack() as stack:
        home = home or stack.enter_context(tempfile.TemporaryDirectory(prefix="roost-mcp-"))
        yield stack.enter_context(Pipe(pathlib.Path(home), **more))


def alive(child, what):
    child.counter += 1
    id = f"alive-{child.counter}"
    child.write(message("ping", None, id))
    found = child.answer(id, 20)
    assert found["result"] == {}, f"after {what}: {found}"


@drill
def wrong_types_for_every_member():
    """Each member of a message, replaced by a value of each type; what has an id that can be read gets one answer."""
    requests = {
        "initialize": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"},
        },
        "tools/list": {"cursor": None},
        "tools/call": {"name": "recall", "arguments": {"query": "x", "limit": 3, "tags": ["a"], "sources": ["blocks"]}},
        "prompts/get": {"name": "recall", "arguments": {"query": "x"}},
        "resources/read": {"uri": "memory://projects"},
        "resources/subscribe": {"uri": "memory://projects"},
        "completion/complete": {
            "ref": {"type": "ref/prompt", "name": "recall"},
            "argument": {"name": "a", "value": "b"},
        },
        "logging/setLevel": {"level": "info"},
        "server/discover": {"_meta": {"io.modelcontextprotocol/protocolVersion": STATELESS}},
    }
    sent = 0
    with pipe() as child:
        child.greet()
        for method, params in requests.items():
            for bad in mutations(params):
                sent += 1
                child.write(message(method, bad, sent + 10_000))
                # A lone surrogate is no JSON, so there the id cannot be read.
                found = child.read(20)
                while found is not None and found.get("id") not in (sent + 10_000, None):
                    found = child.read(20)
                assert found is not None, f"no answer to {method} with {bad}"
        for odd in ODD:
            for member in ("jsonrpc", "id", "method", "params"):
                sent += 1
                child.write({**message("ping", {}, sent), member: odd})
        alive(child, "wrong types")
    return f"{sent} messages"


def mutations(value):
    """Copies of an object with one place in it replaced."""
    for odd in ODD:
        yield odd if isinstance(odd, dict) else {"replaced": odd}
    for key, item in value.items():
        for odd in ODD:
            yield {**value, key: odd}
        yield {k: v for k, v in value.items() if k != key}
        if isinstance(item, dict):
            for inner in mutations(item):
                yield {**value, key: inner}
        if isinstance(item, list):
            for odd in ODD:
                yield {**value, key: [odd]}


@drill
def garbage_lines():
    """Truncated messages at every byte, random bytes, NUL, invalid UTF-8: an error each, and the next request works."""
    dice = random.Random(4)
    whole = json.dumps(message("tools/call", {"name": "recall", "arguments": {"query": "ü \u2028"}}, 1)).encode()
    lines = [whole[:length] for length in range(1, len(whole))]
    lines += [bytes(dice.choice(range(256)) for _ in range(dice.randrange(1, 200))) for _ in range(500)]
    lines += [b"\0", b"\0" * 1000, whole.replace(b"recall", b"re\0call"), b"\xff" * 50, b"\xc3\x28", b"\xed\xa0\x80"]
    lines += [b"null", b"NaN", b"Infinity", b'{"a":1}{"b":2}', b"{'a':1}", b"[" * 100, b'{"jsonrpc":"2.0","id":1e999}']
    lines = [line.replace(b"\n", b" ").replace(b"\r", b" ") for line in lines]
    lines = [line for line in lines if line.strip(b" \t")]
    with pipe() as child:
        child.greet()
        for number, line in enumerate(lines):
            child.write(line + b"\n")
            found = child.read(20)
            assert found is not None and "error" in found, f"{line!r}: {found}"
            assert found["error"]["code"] in (-32700, -32600, -32601, -32602), f"{line!r}: {found}"
            if number % 100 == 0:
                alive(child, repr(line))
        alive(child, "garbage")
    return f"{len(lines)} lines"


@drill
def deep_nesting():
    with pipe() as child:
        child.greet()
        for depth in (65, 1000, 100_000, 2_000_000):
            for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
                nested = opening * depth + b"1" + closing * depth
                child.write(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":' + nested + b"}}\n")
                found = child.read(30)
                assert found is not None and found["error"]["code"] in (-32700, -32600), f"depth {depth}: {found}"
        alive(child, "deep nesting")
        return f"{process.memory(child.process.pid)['rss']:.0f} MiB afterwards"


@drill
def huge_messages():
    """A message of 200 MB without an end of line: refused, not kept; the connection goes on after its end."""
    with pipe() as child:
        child.greet()
        before = process.memory(child.process.pid)["rss"]
        peak = 0.0
        chunk = b"x" * (1 << 20)
        try:
            child.write(b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"')
            for _ in range(200):
                child.write(chunk)
                peak = max(peak, process.memory(child.process.pid)["rss"])
            child.write(b'"}}\n')
        except BrokenPipeError as error:
            raise AssertionError(f"the process ended: {b''.join(child.errors)[-500:]!r}") from error
        found = child.read(30)
        assert found is not None and found["error"]["code"] in (-32700, -32600), f"{str(found)[:300]}"
        assert peak < before + 150, f"{before:.0f} MiB grew to {peak:.0f} MiB"
        alive(child, "a huge message")
        # A large one that is allowed is worked on.
        text = "A long memory. " * 20_000
        child.write(message("tools/call", {"name": "recall", "arguments": {"query": text}}, 2))
        found = child.answer(2, 60)
        assert "result" in found or found["error"]["code"] == -32602, str(found)[:300]
        alive(child, "a large message")
        return f"peak {peak:.0f} MiB"


@drill
def ten_thousand_calls_at_once():
    """10,000 requests written before one answer is read: each id is answered exactly once, memory stays bounded."""
    count = 10_000
    with Server() as roost, pipe(roost.home) as child:
        child.greet()
        child.ask("tools/call", {"name": "memory_status", "arguments": {}}, 30)
        before = process.memory(child.process.pid)["rss"]
        answers, peak, done = {}, [0.0], threading.Event()

        def collect():
            while len(answers) < count:
                line = child.lines.get(timeout=120)
                if line is None:
                    break
                found = json.loads(line)
                answers[found["id"]] = answers.get(found["id"], 0) + 1
            done.set()

        def watch():
            while not done.wait(0.05):
                with contextlib.suppress(OSError):
                    peak[0] = max(peak[0], process.memory(child.process.pid)["rss"])

        readers = [threading.Thread(target=collect, daemon=True), threading.Thread(target=watch, daemon=True)]
        for reader in readers:
            reader.start()
        kinds = (
            ("tools/list", {}),
            ("tools/call", {"name": "memory_status", "arguments": {}}),
            ("tools/call", {"name": "recall", "arguments": {"query": "anything"}}),
            ("tools/call", {"name": "no_such_tool", "arguments": {}}),
            ("ping", {}),
        )
        began = time.monotonic()
        lines = [json.dumps(message(*kinds[n % len(kinds)], id=n)).encode() + b"\n" for n in range(count)]
        for start in range(0, count, 100):
            child.write(b"".join(lines[start : start + 100]))
        assert done.wait(180), f"{len(answers)} of {count} answered"
        assert len(answers) == count and set(answers.values()) == {1}, "ids answered twice or not at all"
        assert peak[0] < before + 250, f"{before:.0f} MiB grew to {peak[0]:.0f} MiB"
        alive(child, "ten thousand calls")
        assert child.end(20) == 0
        return f"{time.monotonic() - began:.1f} s, from {before:.0f} to at most {peak[0]:.0f} MiB"


@drill
def a_client_that_does_not_read():
    """Answers pile up only to a bound when nobody reads them; the process ends when its client goes."""
    with tempfile.TemporaryDirectory(prefix="roost-mcp-") as home:
        child = subprocess.Popen(
            [binary(), "mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(home),
            start_new_session=True,
        )
        try:
            os.set_blocking(child.stdin.fileno(), False)
            line = json.dumps(message("tools/list", {}, 1)).encode() + b"\n"
            written, peak, end = 0, 0.0, time.monotonic() + 5
            while time.monotonic() < end:
                try:
                    written += os.write(child.stdin.fileno(), line * 50)
                except BlockingIOError:
                    time.sleep(0.02)
                peak = max(peak, process.memory(child.pid)["rss"])
            assert peak < 200, f"{peak:.0f} MiB of unread answers"
            child.stdin.close()
            child.stdout.close()
            child.wait(15)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        return f"{written} bytes taken, at most {peak:.0f} MiB"


@drill
def a_client_that_dies_leaves_no_process():
    """The client is killed in the middle of calls; its `roost mcp` has to go by itself."""
    client = """
import json, os, subprocess, sys
child = subprocess.Popen([sys.argv[1], "mcp", "--tools", "all"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for number in range(200):
    call = {"name": "remember", "arguments": {"text": f"Memory {number}."}}
    request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
    child.stdin.write(json.dumps(request).encode() + b"\\n")
child.stdin.flush()
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""
    left = []
    for _ in range(5):
        with tempfile.TemporaryDirectory(prefix="roost-mcp-") as home:
            env = clean_environment(home)
            parent = subprocess.Popen(
                [sys.executable, "-c", client, binary()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
            )
            child = int(parent.stdout.readline())
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            parent.stdout.close()
            end = time.monotonic() + 10
            while child in running("mcp") and time.monotonic() < end:
                time.sleep(0.02)
            if child in running("mcp"):
                left.append(child)
                os.kill(child, signal.SIGKILL)
            else:
                with pipe(home) as next_one:
                    next_one.greet()
                    found = next_one.ask("tools/call", {"name": "memory_status", "arguments": {}}, 30)
                    assert "result" in found, found
    assert not left, f"processes left behind: {left}"


@drill
def two_processes_on_one_file_lose_nothing():
    """Several `roost mcp` write to one database at once; every acknowledged memory is there afterwards."""
    writers, each = 4, 50
    with Server() as roost:
        from proof.client import Client

        body = {"name": "shared", "model": "openai/gpt-4o-mini", "embedding": "openai/text-embedding-3-small"}
        agent = Client(roost.url).post("/v1/agents/", body).json()["id"]

        def write(writer):
            acknowledged = []
            with pipe(roost.home, env={"LETTA_AGENT_ID": agent}) as child:
                child.greet()
                for number in range(each):
                    text = f"Writer {writer} learned fact {number}."
                    child.write(message("tools/call", {"name": "remember", "arguments": {"text": text}}, number))
                for _ in range(each):
                    found = child.read(60)
                    assert found is not None and "result" in found, found
                    assert not found["result"]["isError"], found
                    acknowledged.append(f"Writer {writer} learned fact {found['id']}.")
                assert child.end(20) == 0
            return acknowledged

        with concurrent.futures.ThreadPoolExecutor(writers) as pool:
            acknowledged = [text for texts in pool.map(write, range(writers)) for text in texts]
        stored = [item["text"] for item in Client(roost.url).every(f"/v1/agents/{agent}/archival-memory")]
        missing = set(acknowledged) - set(stored)
        assert not missing and len(acknowledged) == writers * each, f"lost {len(missing)}: {sorted(missing)[:3]}"
        assert len(stored) == len(set(stored)), "something was stored twice"
        return f"{len(stored)} memories of {writers} processes"


@drill
def unknown_ids_for_every_id():
    """Ids of the right form that nothing has, of a wrong form, and hostile ones, for every id of every tool."""
    bad = (
        "agent-00000000-0000-4000-8000-00000000dead",
        "x",
        "../../etc/passwd",
        "a/b?c=d#e",
        "%2e%2e",
        "' OR 1=1 --",
        "ü" * 300,
    )
    sent = 0
    with Server() as roost, pipe(roost.home, arguments=("mcp", "--tools", "all")) as child:
        child.greet()
        for tool in child.ask("tools/list")["result"]["tools"]:
            schema = tool["inputSchema"]
            fields = schema.get("properties", {})
            ids = [name for name in fields if name.endswith("_id")]
            operations = fields.get("operation", {}).get("enum", [None])
            for operation in operations:
                for value in bad if operation is None else bad[:4]:
                    arguments = {name: "x" for name in schema.get("required", [])} | {name: value for name in ids}
                    if operation:
                        arguments["operation"] = operation
                    sent += 1
                    child.write(message("tools/call", {"name": tool["name"], "arguments": arguments}, sent + 10_000))
                    found = child.answer(sent + 10_000, 60)
                    assert found.get("error", {}).get("code") in (None, -32602), f"{tool['name']} {arguments}: {found}"
        alive(child, "unknown ids")
        assert roost.running()
    return f"{sent} calls"


@drill
def broken_http_requests():
    """Bodies cut short, many at once, and connections that go away: the server lives on and leaks no connection."""
    with Server() as roost:
        endpoint = Endpoint(f"{roost.url}/mcp")
        endpoint.greet()
        body = json.dumps(message("tools/list", {}, 1)).encode()
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{roost.port}\r\nContent-Type: application/json\r\n"
        head += f"Accept: application/json, text/event-stream\r\nMcp-Session-Id: {endpoint.session}\r\n"
        before = process.open_files(roost.pid)
        for number in range(300):
            with socket.create_connection(("127.0.0.1", roost.port), timeout=10) as sock:
                sent = (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
                sock.sendall(sent[: 1 + number * (len(sent) - 2) // 299])
        streams = []
        for _ in range(50):
            connection, answer = endpoint.open("GET", None, {"Accept": "text/event-stream", "Content-Type": None})
            assert answer.status in (200, 409), answer.status
            streams.append(connection)
        for connection in streams:
            hang_up(connection)
        sessions = [Endpoint(f"{roost.url}/mcp") for _ in range(200)]
        for session in sessions:
            session.greet()
        assert endpoint.ask("ping").status == 200
        end = time.monotonic() + 15
        while process.open_files(roost.pid) > before + 8 and time.monotonic() < end:
            time.sleep(0.1)
        after = process.open_files(roost.pid)
        assert after <= before + 8, f"{before} open files became {after}"
        assert roost.running()
        return f"{process.memory(roost.pid)['rss']:.0f} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="drills whose name holds this word")
    only = parser.parse_args().only
    failed = 0
    for function in DRILLS:
        if only not in function.__name__:
            continue
        began = time.monotonic()
        try:
            said = function() or ""
            print(f"ok    {function.__name__} ({time.monotonic() - began:.1f} s) {said}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL  {function.__name__}: {type(error).__name__}: {str(error)[:1500]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

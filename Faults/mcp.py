#!/usr/bin/env python3
"""`roost mcp` over stdio as an outsider finds it: floods, kills, clients that die or do not read, bad messages.

Faults/mcp.py [--calls 10000] [--rounds 10] [--seconds 10] [--only NAME ...]
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import drills
import storm
from proof.client import Client
from proof.server import Server, binary, clean_environment

MOST_MEMORY = 400 << 20


def request(number, method, params=None):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}).encode() + b"\n"


def call(number, tool, **arguments):
    return request(number, "tools/call", {"name": tool, "arguments": arguments})


class Pipes:
    """One `roost mcp` and its client. Replies are collected by a thread of their own, unless `reads` is false."""

    def __init__(self, home, project="drill", reads=True, pause=0.0):
        self.home = pathlib.Path(home)
        command = [binary(), "mcp"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(self.home / "mcp.log", "ab"),
            cwd=self.home,
            env=clean_environment(self.home, {"LETTA_PROJECT": project}),
            bufsize=0,
        )
        self.replies, self.twice, self.errors, self.peak = {}, [], [], 0
        self.pause = pause
        self.reader = threading.Thread(target=self.read, daemon=True)
        if reads:
            self.reader.start()

    def read(self):
        with os.fdopen(os.dup(self.process.stdout.fileno()), "rb") as stream:
            for line in stream:
                reply = json.loads(line)
                number = reply.get("id")
                if "method" in reply:
                    continue
                if number is None:
                    self.errors.append(reply)
                    continue
                if number in self.replies:
                    self.twice.append(number)
                self.replies[number] = reply
                if self.pause:
                    time.sleep(self.pause)

    def send(self, data):
        """False when the server is gone."""
        view = memoryview(data)
        try:
            while view:
                view = view[self.process.stdin.write(view) :]
        except (BrokenPipeError, ValueError):
            return False
        return True

    def close(self, timeout=180):
        """Closes the client's side and waits for the end; its exit code, None when it does not end."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        return self.wait(timeout)

    def wait(self, timeout):
        until = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < until:
            self.look()
            time.sleep(0.02)
        code = self.process.poll()
        if code is None:
            self.process.kill()
            self.process.wait()
        if self.reader.is_alive():
            self.reader.join(20)
        return code

    def look(self):
        self.peak = max(self.peak, memory(self.process.pid))

    def stored(self):
        """Texts of notes that were acknowledged, by id of the call."""
        answers = {n: r["result"] for n, r in list(self.replies.items()) if "result" in r}
        return {n: a for n, a in answers.items() if not a.get("isError") and a.get("structuredContent", {}).get("stored")}


def memory(pid):
    with contextlib.suppress(OSError):
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) << 10
    return 0


def notes(home):
    """Every passage of the file, by id."""
    with Server(home=home) as server:
        client = Client(server.url)
        found = {}
        for agent in client.every("/v1/agents/", size=500):
            for passage in client.every(f"/v1/agents/{agent['id']}/archival-memory", size=1000):
                found[passage["id"]] = passage["text"]
        complaint = storm.check(server)
        assert complaint is None, complaint
        return found


def lost(home, promised):
    """`promised`: text by id of the note."""
    found = notes(home)
    return [f"note {i} is lost: {text[:60]!r}" for i, text in promised.items() if found.get(i) != text]


def promised(pipes, texts):
    return {answer["structuredContent"]["id"]: texts[n] for n, answer in pipes.stored().items() if n in texts}


# --- drills: each yields what went wrong -------------------------------------------------------------------------------


def flood(home, asked):
    """Thousands of calls at once: each answered once, each note there, memory bounded; stdin is closed behind them."""
    pipes = Pipes(home)
    texts = {n: f"word{n}x fact number {n * 7919} about thing{n}" for n in range(asked.calls) if n % 4}
    lines = [
        call(n, "remember", text=texts[n], tags=["flood"]) if n in texts else call(n, "recall", query=f"thing{n + 1}")
        for n in range(asked.calls)
    ]
    sender = threading.Thread(target=pipes.send, args=(b"".join(lines),))
    sender.start()
    while sender.is_alive():
        pipes.look()
        sender.join(0.05)
    code = pipes.close(timeout=600)
    if code != 0:
        yield f"ended with {code}"
    if pipes.twice:
        yield f"{len(pipes.twice)} ids were answered twice"
    missing = [n for n in range(asked.calls) if n not in pipes.replies]
    if missing:
        yield f"{len(missing)} of {asked.calls} calls were not answered"
    failed = [r for r in pipes.replies.values() if "error" in r or r["result"].get("isError")]
    if failed:
        yield f"{len(failed)} calls failed: {json.dumps(failed[0])[:300]}"
    if pipes.peak > MOST_MEMORY:
        yield f"took {pipes.peak >> 20} MB"
    yield from lost(home, promised(pipes, texts))[:5]


def kill(home, asked):
    """kill -9 of the server in the middle of writing: what it acknowledged is there."""
    all_promised = {}
    for number in range(asked.rounds):
        pipes = Pipes(home)
        texts = {n: f"round{number} note{n} {random.random()}" for n in range(3000)}
        sender = threading.Thread(
            target=pipes.send, args=(b"".join(call(n, "remember", text=t) for n, t in texts.items()),)
        )
        sender.start()
        until = time.monotonic() + 30
        while len(pipes.replies) < 10 + number * 5 and time.monotonic() < until:
            time.sleep(0.005)
        pipes.process.kill()
        pipes.wait(10)
        sender.join(10)
        all_promised.update(promised(pipes, texts))
    if len(all_promised) < asked.rounds:
        yield f"only {len(all_promised)} notes were acknowledged in {asked.rounds} rounds"
    yield from lost(home, all_promised)[:5]


def gone(home, asked):
    """Clients that die, with answers unread and calls under way: no process stays, what was acknowledged is there."""
    for number in range(asked.rounds):
        pipes = Pipes(home, reads=False)
        many = b"".join(request(n, "tools/list") for n in range(3000))
        many += b"".join(call(n, "remember", text=f"gone {number} {n}") for n in range(3000, 3200))
        sender = threading.Thread(target=pipes.send, args=(many,), daemon=True)
        sender.start()
        time.sleep(random.uniform(0.05, 0.6))
        # As the system does for a process that was killed: both ends at once.
        pipes.process.stdout.close()
        with contextlib.suppress(OSError):
            os.close(os.dup(pipes.process.stdin.fileno()))
            pipes.process.stdin.close()
        began = time.monotonic()
        if pipes.wait(30) is None:
            yield f"round {number}: the process stays after its client died"
        elif time.monotonic() - began > 10:
            yield f"round {number}: it took {time.monotonic() - began:.0f} s to end"
    notes(home)


def listening(home, asked):
    """A client that subscribes without end and dies, while nobody writes: no process stays."""
    meta = {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
        "notifications": {"resourcesListChanged": True},
    }
    pipes = Pipes(home)
    data = b"".join(request(n, "subscriptions/listen", meta) for n in range(20000)) + request("last", "ping")
    sender = threading.Thread(target=pipes.send, args=(data,), daemon=True)
    sender.start()
    until = time.monotonic() + 30
    while "last" not in pipes.replies and time.monotonic() < until:
        time.sleep(0.05)
    if "last" not in pipes.replies:
        yield "after many subscriptions nothing is answered any more"
    with contextlib.suppress(OSError):
        pipes.process.stdin.close()
    if pipes.wait(20) is None:
        yield "the process stays"


def crowd(home, asked):
    """Three of them and a server on one file, writing at once: nobody is refused, nothing is lost."""
    with Server(home=home) as server:
        until = time.monotonic() + asked.seconds
        three = [Pipes(home, project=f"crowd{n % 2}") for n in range(3)]
        texts = [{} for _ in three]

        def write(number):
            count = 0
            while time.monotonic() < until:
                count += 1
                texts[number][count] = f"crowd {number} {count} {random.random()}"
                three[number].send(call(count, "remember", text=texts[number][count]))
                while len(three[number].replies) < count - 20 and time.monotonic() < until + 60:
                    time.sleep(0.001)

        with storm.Storm(server.url, 4, seed=3) as one:
            writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
        for number, pipes in enumerate(three):
            if pipes.close() != 0:
                yield f"process {number} did not end well"
            bad = [r for r in pipes.replies.values() if "error" in r or r["result"].get("isError")]
            if bad:
                yield f"process {number}: {len(bad)} refused: {json.dumps(bad[0])[:300]}"
            if len(pipes.replies) != len(texts[number]):
                yield f"process {number}: {len(pipes.replies)} of {len(texts[number])} answered"
        yield from one.broken
        yield from [f"the server lacks {thing}" for thing in storm.missing(Client(server.url), one.ledgers)[:5]]
    everything = {}
    for number, pipes in enumerate(three):
        everything.update(promised(pipes, texts[number]))
    yield from lost(home, everything)[:5]


def bad(home, asked):
    """What is no message, too long or too deep: an error each, and the next request is answered."""
    pipes = Pipes(home)
    long = b'{"jsonrpc":"2.0","id":"long","method":"tools/call","params":{"name":"' + b"x" * (40 << 20) + b'"}}\n'
    lines = {
        -32700: [b"[" * 100_000, b'{"a":' * 5000, b"\xff\xfe", b'{"jsonrpc":"2.0"', b"[" + b"0," * 1_100_000 + b"0]"],
        -32600: [b"[]", b"1", b'""', b"null", b'{"jsonrpc":"2.0","id":null,"method":"ping"}', b"x" * (60 << 20)],
    }
    wanted = sorted(code for code, some in lines.items() for _ in some)
    for some in lines.values():
        for line in some:
            pipes.send(line + b"\n")
            pipes.look()
    for _ in range(5):
        pipes.send(long.replace(b'"long"', b'"long%d"' % _))
        pipes.look()
    pipes.send(request("method", "m" * (20 << 20)))
    pipes.send(request("last", "ping"))
    pipes.close()
    codes = sorted(r["error"]["code"] for r in pipes.errors)
    if codes != wanted:
        yield f"answered {codes}, not {wanted}"
    for number in [f"long{n}" for n in range(5)]:
        if pipes.replies.get(number, {}).get("error", {}).get("code") != -32602:
            yield f"{number}: {str(pipes.replies.get(number))[:200]}"
    longest = max(len(json.dumps(r)) for r in pipes.replies.values())
    if longest > 8192:
        yield f"an error quotes {longest} bytes of what was sent"
    if pipes.replies.get("last", {}).get("result") != {}:
        yield "the request behind them was not answered"
    if pipes.peak > MOST_MEMORY:
        yield f"took {pipes.peak >> 20} MB"


def tiny(home, asked):
    """A million messages of a few bytes."""
    pipes = Pipes(home)
    count = asked.calls * 100
    block = b'{"jsonrpc":"2.0","method":"notifications/x"}\n{}\n' * 1000
    for _ in range(count // 2000):
        if not pipes.send(block):
            yield "the server is gone"
            break
        pipes.look()
    pipes.send(request("last", "ping"))
    if pipes.close(300) != 0 or "last" not in pipes.replies:
        yield "the request behind them was not answered"
    if len(pipes.errors) != count // 2000 * 1000:
        yield f"{len(pipes.errors)} errors for {count // 2000 * 1000} messages"
    if pipes.peak > MOST_MEMORY:
        yield f"took {pipes.peak >> 20} MB"


def slow(home, asked):
    """A client that reads slowly gets every answer, and the server holds little meanwhile."""
    count = asked.calls // 5
    pipes = Pipes(home, pause=0.001)
    sender = threading.Thread(target=pipes.send, args=(b"".join(request(n, "tools/list") for n in range(count)),))
    sender.start()
    while sender.is_alive():
        pipes.look()
        sender.join(0.05)
    pipes.close()
    if len(pipes.replies) != count:
        yield f"{len(pipes.replies)} of {count} answered"
    if pipes.peak > MOST_MEMORY // 4:
        yield f"took {pipes.peak >> 20} MB"


def endings(home, asked):
    """stdin closed, or SIGTERM, at any moment: it ends soon, and what was acknowledged is there."""
    everything = {}
    for number in range(asked.rounds * 3):
        pipes = Pipes(home)
        texts = {n: f"ending {number} {n} {random.random()}" for n in range(300)}
        data = request("hello", "initialize", {"protocolVersion": "2025-11-25"})
        data += b"".join(call(n, "remember", text=t) for n, t in texts.items())
        isCut = number % 2 == 0
        data = data[: random.randrange(len(data))] if isCut else data
        sender = threading.Thread(target=pipes.send, args=(data,))
        sender.start()
        if isCut:
            sender.join(60)
        else:
            time.sleep(random.uniform(0, 0.4))
            pipes.process.send_signal(random.choice([signal.SIGTERM, signal.SIGINT]))
        began = time.monotonic()
        code = pipes.close() if isCut else pipes.wait(20)
        sender.join(20)
        # A signal that comes before it is listened to ends the process too.
        if code is None or code > 0:
            yield f"round {number}: ended with {code} after {time.monotonic() - began:.1f} s"
        whole = data.count(b"\n")
        answered = len(pipes.replies)
        if isCut and answered < whole:
            yield f"round {number}: {answered} of {whole} answered before the end"
        everything.update(promised(pipes, texts))
    yield from lost(home, everything)[:5]


def cancelled(home, asked):
    """Calls that are cancelled at any moment are done or not, never half; those that were answered are there."""
    pipes = Pipes(home)
    texts = {n: f"cancelled {n} {random.random()}" for n in range(asked.calls // 10)}
    for number, text in texts.items():
        pipes.send(call(number, "remember", text=text, tags=[f"tag{n}-{number}" for n in range(20)]))
        if number % 2:
            time.sleep(random.uniform(0, 0.004))
            note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
            pipes.send(json.dumps(note).encode() + b"\n")
    if pipes.close() != 0:
        yield "did not end well"
    missing = [n for n in texts if n % 2 == 0 and n not in pipes.replies]
    if missing:
        yield f"{len(missing)} calls that nobody cancelled were not answered"
    yield from lost(home, promised(pipes, texts))[:5]
    with Server(home=home) as server:
        client = Client(server.url)
        for agent in client.every("/v1/agents/", size=50):
            for passage in client.every(f"/v1/agents/{agent['id']}/archival-memory", size=1000):
                number = int(passage["text"].split()[1])
                if passage["text"] != texts[number] or len([t for t in passage["tags"] if t.startswith("tag")]) != 20:
                    yield f"a half-made note: {json.dumps(passage)[:200]}"


def locked(home, asked):
    """Another program holds the file: reading goes on, writing is refused, SIGTERM still ends it soon."""
    pipes = Pipes(home)
    pipes.send(call(1, "remember", text="before the lock"))
    until = time.monotonic() + 20
    while 1 not in pipes.replies and time.monotonic() < until:
        time.sleep(0.01)
    other = sqlite3.connect(pipes.home / "roost.db")
    other.execute("BEGIN IMMEDIATE")
    pipes.send(call(2, "remember", text="while it is locked") + call(3, "recall", query="before the lock"))
    while 3 not in pipes.replies and time.monotonic() < until:
        time.sleep(0.01)
    if not pipes.replies.get(3, {}).get("result", {}).get("structuredContent", {}).get("results"):
        yield f"reading while the file is locked: {str(pipes.replies.get(3))[:200]}"
    pipes.process.send_signal(signal.SIGTERM)
    if pipes.wait(10) is None:
        yield "SIGTERM does not end it while the file is locked"
    other.rollback()
    other.close()


def appends(home, asked):
    """Fifty sessions that append to one block at once: every line is there."""
    with Server(home=home) as server:
        first = Pipes(home, project="lines")
        first.send(call(1, "remember", text="the agent has to be there"))
        first.close()
        several = [Pipes(home, project="lines") for _ in range(4)]
        wanted = {f"line-{p}-{n}" for p in range(4) for n in range(25)}
        for p, pipes in enumerate(several):
            lines = [call(n, "update_memory", label="learnings", append=f"line-{p}-{n}") for n in range(25)]
            pipes.send(b"".join(lines))
        for p, pipes in enumerate(several):
            pipes.close()
            refused = [r for r in pipes.replies.values() if "error" in r or r["result"].get("isError")]
            if refused:
                yield f"process {p}: {len(refused)} appends refused: {json.dumps(refused[0])[:300]}"
            wanted -= {f"line-{p}-{n}" for n in range(25) if n not in pipes.replies}
        values = [b["value"] for b in Client(server.url).every("/v1/blocks/", size=100) if b["label"] == "learnings"]
        there = set("\n".join(values).split("\n"))
        if wanted - there:
            yield f"{len(wanted - there)} lines are lost: {sorted(wanted - there)[:5]}"


DRILLS = [flood, kill, gone, listening, crowd, bad, tiny, slow, endings, cancelled, locked, appends]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--calls", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--only", nargs="*", default=[])
    asked = options.parse_args()

    return drills.run_in_new_folders("mcp", DRILLS, asked)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Clients that leave in the middle of everything: the server keeps its memory, its open files and its manners.

Faults/cut_connections.py [--rounds 300]
"""

import argparse
import concurrent.futures
import random
import socket
import sys
import time

import storm  # noqa: F401 (puts Scripts/ on the path)
from proof import process
from proof.client import Client
from proof.server import Server

HEAD = b"Host: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"label": "cut", "value": "' + b"v" * 5000 + b'"}'


def reset(connection):
    """Closes with a reset instead of a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def half_a_head(s, dice):
    s.sendall(b"GET /v1/agents/ HT"[: dice.randrange(1, 18)])


def half_a_body(s, dice):
    s.sendall(
        b"POST /v1/blocks/ HTTP/1.1\r\n"
        + HEAD
        + b"Content-Length: %d\r\n\r\n" % len(BODY)
        + BODY[: dice.randrange(len(BODY))]
    )


def half_a_chunk(s, dice):
    s.sendall(
        b"POST /v1/blocks/ HTTP/1.1\r\n"
        + HEAD
        + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n"
        + BODY[: dice.randrange(4000)]
    )


def no_reading(s, dice):
    for _ in range(dice.randrange(1, 20)):
        s.sendall(b"GET /v1/agents/?limit=200 HTTP/1.1\r\n" + HEAD + b"\r\n")


def a_little_reading(s, dice):
    no_reading(s, dice)
    s.recv(dice.randrange(1, 2000))


def an_idle_feed(s, dice):
    s.sendall(b"GET /v1/roost/events HTTP/1.1\r\n" + HEAD + b"\r\n")
    s.recv(100)


def a_search(s, dice):
    s.sendall(b"POST /v1/passages/search HTTP/1.1\r\n" + HEAD + b'Content-Length: 17\r\n\r\n{"query": "word"}')


WAYS = [half_a_head, half_a_body, half_a_chunk, no_reading, a_little_reading, an_idle_feed, a_search]


def leave(port, number):
    dice = random.Random(number)
    try:
        s = socket.create_connection(("127.0.0.1", port), timeout=10)
        dice.choice(WAYS)(s, dice)
        time.sleep(dice.choice([0, 0, 0.001, 0.02]))
        (reset if dice.random() < 0.5 else socket.socket.close)(s)
    except OSError:
        pass  # refused or closed first: also a cut


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=300, help="times 16 clients")
    asked = options.parse_args()
    complaints = []
    with Server() as roost:
        api = Client(roost.url)
        agent = api.post("/v1/agents/", {"name": "a", "model": "a/b", "description": "d" * 20_000}).json()["id"]
        for n in range(200):
            api.post("/v1/agents/", {"name": f"n{n}", "model": "a/b", "description": "d" * 5000})
            api.post(f"/v1/agents/{agent}/archival-memory", {"text": f"word number {n}"})
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(leave, [roost.port] * 800, range(800)))
            time.sleep(1)
            files, memory = process.open_files(roost.pid), process.memory(roost.pid)["rss"]
            slow, count = 0.0, 16 * asked.rounds
            pending = [pool.submit(leave, roost.port, n) for n in range(1000, 1000 + count)]
            while not all(p.done() for p in pending):
                began = time.perf_counter()
                if Client(roost.url).get(f"/v1/agents/{agent}").status != 200:
                    complaints.append("a polite client got no answer meanwhile")
                slow = max(slow, time.perf_counter() - began)
                time.sleep(0.02)
        time.sleep(2)
        after, grown = process.open_files(roost.pid), process.memory(roost.pid)["rss"] - memory
        if not (roost.running() and roost.healthy()):
            complaints.append("the server is gone")
        if after > files + 5:
            complaints.append(f"{after} files are open, {files} before")
        if grown > 32:
            complaints.append(f"memory grew by {grown:.0f} MiB")
        if slow > 2:
            complaints.append(f"a polite client waited {slow:.1f} s")
        cut = [b for b in api.every("/v1/blocks/", {"label": "cut"}) if len(b["value"]) != 5000]
        if cut:
            complaints.append(f"{len(cut)} blocks were made from half a body")
        print(
            f"cut_connections: {count} clients left, slowest polite answer {slow * 1000:.0f} ms, "
            f"memory {grown:+.1f} MiB, files {after - files:+d}"
        )
    for complaint in complaints:
        print(f"  {complaint}")
    print("cut_connections: " + ("FAILED" if complaints else "ok"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

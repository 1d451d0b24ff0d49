#!/usr/bin/env python3
"""Sends more than a thousand malformed requests: each must be refused with a useful detail, and the server live on.

Contract/python/bad_input/run.py [--seed N] [--only WORD] [--verbose]
"""

import argparse
import collections
import concurrent.futures
import http.client
import json
import pathlib
import socket
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1]), str(HERE.parents[3] / "Scripts")]

import cases  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.server import Server  # noqa: E402
from support import agentfile  # noqa: E402

PATIENCE = 10.0
# A proxy that is not there: no service gets made-up keys.
NOBODY = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")}


class Sender:
    """Sends cases on a connection of its own thread and judges the answers."""

    def __init__(self, port):
        self.port, self.local = port, threading.local()

    def judge(self, case):
        """Nothing, or what is wrong with the answer to this case."""
        try:
            status, body, detail = self.raw(case) if case.raw is not None else self.plain(case)
        except TimeoutError:
            return "no answer"
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}: {error}"
        if case.kind == "garbage":
            return None if status in case.allowed else f"{status} {body[:200]!r}"
        if status >= 500:
            return f"{status} {body[:200]!r}"
        if case.kind == "odd":
            return None
        if not 400 <= status < 500:
            return f"accepted with {status} {body[:120]!r}"
        if len(detail) < 9:
            return f"{status} without a useful detail: {body[:200]!r}"
        if case.field and case.field not in detail:
            return f"{status} does not name {case.field}: {detail[:200]}"
        return None

    def plain(self, case):
        kept = getattr(self.local, "connection", None)
        if kept is None:
            kept = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {name: value for name, value in case.headers.items() if value}
            kept.request(case.method, case.path, case.body, headers)
            answer = kept.getresponse()
            body = answer.read()
        except BaseException:
            kept.close()
            raise
        return answer.status, body, detail_of(body)

    def raw(self, case):
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            received = b""
            try:
                connection.sendall(case.raw)
                connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError, OSError):
                pass  # refused before all of it was sent: the answer counts
            try:
                while block := connection.recv(65536):
                    received += block
            except ConnectionResetError:
                pass
        if not received:
            return 0, b"", ""
        head, _, body = received.partition(b"\r\n\r\n")
        words = head.split(b" ", 2)
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 999, body, detail_of(body)


def detail_of(body):
    try:
        value = json.loads(body).get("detail", "")
    except (ValueError, AttributeError):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seed", type=int, default=2)
    options.add_argument("--only", default="", help="run the cases with this word in their name")
    options.add_argument("--verbose", action="store_true", help="show every failure, not the first thirty")
    asked = options.parse_args()
    began = time.monotonic()
    with Server(env=NOBODY) as roost:
        api = Client(roost.url)
        blocks = [{"label": "human", "value": "Name: Ada"}]
        agent = api.post("/v1/agents/", {"name": "target", "model": "openai/gpt-4o", "memory_blocks": blocks}).json()[
            "id"
        ]
        archive = api.post("/v1/archives/", {"name": "target"}).json()["id"]
        todo = [c for c in cases.every(agent, archive, agentfile, asked.seed) if asked.only in c.name]
        sender = Sender(roost.port)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            failures = [(c, said) for c, said in zip(todo, pool.map(sender.judge, todo), strict=True) if said]
        alive = roost.running() and roost.healthy() and Client(roost.url).get(f"/v1/agents/{agent}").status == 200
        untouched = (
            alive
            and Client(roost.url).get(f"/v1/agents/{agent}/core-memory/blocks/human").json()["value"] == "Name: Ada"
        )
    kinds = collections.Counter(case.kind for case in todo)
    for case, said in failures if asked.verbose else failures[:30]:
        print(f"FAIL {case.kind}: {case.name}: {case.method} {case.path[:100]} -> {said}")
    print(
        f"{len(todo)} requests ({', '.join(f'{n} {k}' for k, n in kinds.items())}), "
        f"{len(failures)} wrong answers, server {'healthy' if alive else 'DEAD'}, {time.monotonic() - began:.1f} s"
    )
    if not untouched:
        print("FAIL a refused request changed the block that all of them aimed at" if alive else "FAIL the server died")
    if not asked.only and kinds["malformed"] < 1000:
        print("FAIL fewer than a thousand malformed requests")
        return 1
    return 1 if failures or not untouched else 0


if __name__ == "__main__":
    sys.exit(main())

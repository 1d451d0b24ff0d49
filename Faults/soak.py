#!/usr/bin/env python3
"""Mixed work on many connections for minutes: memory has to stay flat.

Memory after the warm-up (a fifth of the time) is compared with memory at the end, both as medians of samples. The data
grows meanwhile, so the caches may too: the bound is 16 MiB plus a tenth of the warm memory.

    Faults/soak.py [--minutes 10] [--connections 64]
"""

import argparse
import http.client
import os
import pathlib
import random
import statistics
import sys
import threading
import time

import storm  # noqa: F401 (puts Scripts/ on the path)
from proof import process
from proof.client import Client
from proof.server import ROOT, Server

BOUND_MIB, BOUND_SHARE = 16, 0.1
KEPT = 40  # objects of each kind that a worker keeps, so that the database stays of one size after a while


class Worker(threading.Thread):
    """Creates, reads, changes, searches and deletes; keeps no more than KEPT objects of a kind."""

    def __init__(self, url, number, stop):
        super().__init__(daemon=True)
        self.client, self.stop, self.dice = Client(url), stop, random.Random(number)
        self.agents, self.blocks, self.passages = [], [], []
        self.requests, self.broken = 0, None

    def ask(self, method, path, body=None, query=None):
        reply = self.client.request(method, path, body, query=query)
        self.requests += 1
        if reply.status >= 400:
            raise AssertionError(f"{method} {path}: {reply!r}")
        return reply.json()

    def run(self):
        try:
            self.home = self.ask("POST", "/v1/agents/", {"name": "home", "model": "a/b"})["id"]
            while not self.stop.is_set():
                self.step()
                if self.dice.random() < 0.01:
                    self.client.close()  # some clients come back on a new connection
        except (AssertionError, OSError, http.client.HTTPException) as error:
            self.broken = f"{type(error).__name__}: {error}"

    def step(self):
        dice, word = self.dice, f"word{self.dice.randrange(500)}"
        choice = dice.randrange(10)
        archival = f"/v1/agents/{self.home}/archival-memory"
        if choice == 0:
            blocks = [{"label": "human", "value": word * 20}, {"label": "persona", "value": word}]
            self.agents.append(
                self.ask(
                    "POST", "/v1/agents/", {"name": word, "model": "a/b", "memory_blocks": blocks, "tags": [word]}
                )["id"]
            )
        elif choice == 1:
            self.blocks.append(self.ask("POST", "/v1/blocks/", {"label": word, "value": word * 50})["id"])
        elif choice in (2, 3):
            self.passages.append(
                self.ask("POST", archival, {"text": f"{word} " * dice.randrange(1, 60), "tags": [word]})[0]["id"]
            )
        elif choice == 4 and self.blocks:
            self.ask("PATCH", f"/v1/blocks/{dice.choice(self.blocks)}", {"value": word * dice.randrange(1, 100)})
        elif choice in (5, 6) and self.agents:
            self.ask("GET", f"/v1/agents/{dice.choice(self.agents)}")
        elif choice == 7:
            question = f"what was said of {word} or number {dice.randrange(10**6)} last week?"
            self.ask("GET", archival + "/search", query={"query": question, "top_k": 10})
        elif choice == 8:
            self.ask("GET", "/v1/agents/", query={"tags": word, "limit": 20})
        elif self.blocks:
            self.ask("GET", f"/v1/blocks/{dice.choice(self.blocks)}")
        for kept, path in ((self.agents, "/v1/agents/"), (self.blocks, "/v1/blocks/"), (self.passages, archival + "/")):
            if len(kept) > KEPT:
                self.ask("DELETE", path + kept.pop(0))


def environment():
    """With an embedding model where there is one: $ROOST_EMBEDDING_MODEL, or what `make bootstrap` installs."""
    model = pathlib.Path(os.environ.get("ROOST_EMBEDDING_MODEL", ROOT / ".build/models/all-MiniLM-L6-v2")).resolve()
    print(f"soak: embedding with {model.name}" if (model / "config.json").exists() else "soak: without embedding")
    return {"ROOST_EMBEDDING_MODEL": str(model) if (model / "config.json").exists() else "none"}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--connections", type=int, default=64)
    asked = options.parse_args()
    stop, samples = threading.Event(), []
    complaints = []
    with Server(env=environment()) as roost:
        workers = [Worker(roost.url, n, stop) for n in range(asked.connections)]
        for worker in workers:
            worker.start()
        began, seconds = time.monotonic(), asked.minutes * 60
        while (passed := time.monotonic() - began) < seconds:
            time.sleep(min(2.0, seconds / 60))
            if not roost.running():
                complaints.append("the server died: " + roost.log_tail(800))
                break
            samples.append((passed, process.memory(roost.pid)["rss"], process.open_files(roost.pid)))
            if len(samples) % 15 == 0:
                print(
                    f"  {passed:5.0f} s  {samples[-1][1]:6.1f} MiB  {sum(w.requests for w in workers)} requests",
                    flush=True,
                )
        stop.set()
        for worker in workers:
            worker.join(30)
        complaints += [w.broken for w in workers if w.broken]
        if not complaints:
            complaints += [c for c in [storm.check(roost)] if c]
    tenth = max(1, len(samples) // 10)
    warm = statistics.median(m for _, m, _ in samples[2 * tenth : 3 * tenth])
    end = statistics.median(m for _, m, _ in samples[-tenth:])
    bound = warm * (1 + BOUND_SHARE) + BOUND_MIB
    if end > bound:
        complaints.append(f"memory grew from {warm:.1f} to {end:.1f} MiB, the bound is {bound:.1f}")
    files, peak = max(f for _, _, f in samples[-tenth:]), max(m for _, m, _ in samples)
    print(
        f"soak: {asked.minutes} min, {asked.connections} connections, {sum(w.requests for w in workers)} requests, "
        f"memory {warm:.1f} -> {end:.1f} MiB (bound {bound:.1f}, peak {peak:.1f}), {files} open files"
    )
    for complaint in complaints[:20]:
        print(f"  {complaint}")
    print("soak: " + ("FAILED" if complaints else "ok"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

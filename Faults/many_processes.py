#!/usr/bin/env python3
"""A server, a second server and a crowd of commands write to one file at once: nobody may see a locked database.

Faults/many_processes.py [--seconds 20] [--commands 6]
"""

import argparse
import concurrent.futures
import re
import sys
import time

import storm
from proof.client import Client
from proof.server import Server

LOCKED = re.compile(r"database (table )?is locked|SQLITE_BUSY|SQLITE_LOCKED|\bbusy\b", re.I)


def commands(server, agent, number, until):
    """One shell of a user: a command after the other on the file. Counts what they say they have made."""
    made = 0
    complaints = []
    while time.monotonic() < until:
        label = f"p{number}n{made}"
        for words in (
            ["block", "create", label, "--value", f"from process {number}"],
            ["passage", "add", f"passage {label}", "--agent", agent],
        ):
            code, out, errors = server.command(*words, timeout=60)
            if code != 0 or LOCKED.search(out + errors):
                complaints.append(f"roost {' '.join(words)}: exit code {code}: {(out + errors).strip()[:300]}")
        if complaints:
            return made, complaints
        made += 1
    return made, complaints


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--commands", type=int, default=6)
    asked = options.parse_args()
    with Server() as first, Server(home=first.home) as second:
        agent = Client(first.url).post("/v1/agents/", {"name": "shared", "model": "a/b"}).json()["id"]
        until = time.monotonic() + asked.seconds
        one, two = storm.Storm(first.url, 8, seed=1), storm.Storm(second.url, 8, seed=2)
        with concurrent.futures.ThreadPoolExecutor(asked.commands) as pool, one, two:
            shells = [pool.submit(commands, first, agent, n, until) for n in range(asked.commands)]
            results = [shell.result() for shell in shells]
        complaints = [c for _, said in results for c in said] + one.broken + two.broken
        made = sum(count for count, _ in results)
        for name, server in (("first", first), ("second", second)):
            lost = storm.missing(Client(server.url), one.ledgers + two.ledgers)
            complaints += [f"the {name} server lacks {thing}" for thing in lost]
            passages = Client(server.url).every(f"/v1/agents/{agent}/archival-memory", size=1000)
            if len(passages) != made and not complaints:
                complaints.append(f"the {name} server has {len(passages)} of {made} passages made by commands")
            if LOCKED.search(server.log.read_text(errors="replace")):
                complaints.append(f"the {name} server's log speaks of a locked database")
        complaints += [c for c in [storm.check(first)] if c]
        print(
            f"many_processes: {one.acknowledged + two.acknowledged} writes through two servers, {2 * made} by commands"
        )
    for complaint in complaints[:20]:
        print(f"  {complaint}")
    print("many_processes: " + ("FAILED" if complaints else "ok"))
    return 1 if complaints or not made else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""`roost sync` of two machines through one server, killed again and again: in the end all three hold the same, once.

Faults/sync.py [--rounds 50] [--seed N]
"""

import argparse
import contextlib
import pathlib
import random
import subprocess
import sys
import time

import drills
import storm  # noqa: F401 (finds the modules of Scripts)
from proof.client import Client
from proof.server import Server, binary, clean_environment

PROJECT = "nest"


class Store:
    """A machine's file or the server's, written through a server process over it."""

    def __init__(self, home):
        self.server = Server(home=home)
        self.server.start()
        self.agent = None

    @property
    def client(self):
        return Client(self.server.url)

    def ready(self):
        """Makes the project's agent as a first note would: by the command's own way."""
        if self.agent is None:
            found = self.client.request("GET", f"/v1/agents/?name=memory-{PROJECT}").json()
            self.agent = found[0]["id"] if found else None
        return self.agent is not None

    def passages(self):
        found = self.client.request("GET", f"/v1/roost/passages?limit=1000&agent_id={self.agent}")
        assert found.status == 200, found
        return found.json()

    def blocks(self):
        found = self.client.request("GET", f"/v1/agents/{self.agent}/core-memory/blocks?limit=100").json()
        return {block["label"]: block for block in found}

    def contents(self):
        notes = sorted((p["text"], p["created_at"], sorted(p["tags"]), str(p["metadata"])) for p in self.passages())
        return notes, {label: block["value"] for label, block in self.blocks().items()}


def sync(home, url):
    return subprocess.Popen(
        [binary(), "sync", "--project", PROJECT, "--server", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=home,
        env=clean_environment(home),
    )


def edit(dice, store, number, promised, lines):
    """A few changes, each acknowledged."""
    for _ in range(dice.randint(1, 12)):
        kind = dice.random()
        number[0] += 1
        if kind < 0.6:
            text = f"note {number[0]} {dice.random()}"
            reply = store.client.request(
                "POST", f"/v1/agents/{store.agent}/archival-memory", {"text": text, "tags": [f"t{number[0] % 5}"]}
            )
            assert reply.status == 200, reply
            promised.add(text)
        elif kind < 0.75:
            passages = store.passages()
            if passages:
                old = dice.choice(passages)
                text = f"edit {number[0]} {dice.random()}"
                reply = store.client.request(
                    "PATCH",
                    f"/v1/roost/passages/{old['id']}",
                    {"text": text, "expected_version": old["version"]},
                )
                if reply.status == 200:
                    promised.add(text)
                    promised.discard(old["text"])
        elif kind < 0.85:
            passages = store.passages()
            if passages:
                old = dice.choice(passages)
                if store.client.request("DELETE", f"/v1/roost/passages/{old['id']}").status == 204:
                    promised.discard(old["text"])
        else:
            block = store.blocks()["learnings"]
            line = f"- lesson {number[0]}"
            reply = store.client.request(
                "PATCH",
                f"/v1/blocks/{block['id']}",
                {"value": block["value"] + "\n" + line, "expected_version": block["version"]},
            )
            if reply.status == 200:
                lines.add(line)


def kills(place, asked):
    """kill -9 of the command, and sometimes of the server, at any moment."""
    place, dice = pathlib.Path(place), random.Random(asked.seed)
    print(f"  seed {asked.seed}")
    machines = [Store(place / name) for name in ("a", "b")]
    hub = Store(place / "hub")
    stores = [*machines, hub]
    try:
        made = subprocess.run(
            [binary(), "agent", "create", "--name", f"memory-{PROJECT}", "--tag", f"project:{PROJECT}", "--block", "learnings=# L"],
            env=clean_environment(machines[0].server.home), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        for machine in machines:
            run = sync(machine.server.home, hub.server.url)
            error = run.communicate(timeout=60)[1]
            assert run.returncode == 0, error
        assert all(store.ready() for store in stores), "a side has no agent after the first sync"
        number, promised, lines, killed = [0], set(), set(), 0
        # Seconds within which a run is killed: as long as a run takes here, so that about half of them are.
        latest = 0.25
        for round_number in range(asked.rounds):
            for store in stores:
                edit(dice, store, number, promised, lines)
            run = sync(dice.choice(machines).server.home, hub.server.url)
            time.sleep(dice.uniform(0.0, latest))
            if round_number % 5 == 4:
                hub.server.kill()
                hub.server.start()
            if run.poll() is None:
                run.kill()
                killed += 1
                latest = min(0.25, latest * 1.2)
            else:
                latest = max(0.01, latest / 1.5)
            run.communicate()
        for _ in range(3):
            for machine in machines:
                run = sync(machine.server.home, hub.server.url)
                error = run.communicate(timeout=120)[1]
                if run.returncode != 0:
                    yield f"the last sync ended with {run.returncode}: {error.decode()[:300]}"
        if killed * 4 < asked.rounds:
            yield f"only {killed} of {asked.rounds} syncs were killed: nothing was proved"
        wanted = hub.contents()
        for name, machine in zip("ab", machines, strict=True):
            notes, blocks = machine.contents()
            if notes != wanted[0]:
                only = [n for n in notes if n not in wanted[0]], [n for n in wanted[0] if n not in notes]
                yield f"{name} and the server hold other notes: {str(only)[:300]}"
            if blocks != wanted[1]:
                yield f"{name} and the server hold other blocks"
        texts = [note[0] for note in wanted[0]]
        # The loser of a conflict may stand beside itself when the run that kept it was killed.
        own = [note[0] for note in wanted[0] if "sync-conflict" not in note[2]]
        twice = {text for text in own if own.count(text) > 1}
        if twice:
            yield f"{len(twice)} notes are there twice: {sorted(twice)[:3]}"
        missing = promised - set(texts)
        if missing:
            yield f"{len(missing)} of {len(promised)} notes are lost: {sorted(missing)[:3]}"
        everything = wanted[1]["learnings"] + "\n".join(texts)
        forgotten = [line for line in lines if line not in everything]
        if forgotten:
            yield f"{len(forgotten)} lines are lost: {forgotten[:3]}"
        doubled = [line for line in lines if wanted[1]["learnings"].split("\n").count(line) > 1]
        if doubled:
            yield f"{len(doubled)} lines are there twice: {doubled[:3]}"
        print(f"  {killed} syncs killed, {len(promised)} notes and {len(lines)} lines, all there once")
    finally:
        for store in stores:
            with contextlib.suppress(Exception):
                store.server.__exit__()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=50)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--only", nargs="*", default=[])
    asked = options.parse_args()

    return drills.run_in_new_folders("sync", [kills], asked)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""`roost hook` as Claude Code runs it: many short processes of several sessions on one store, killed at any point.

Faults/hooks.py [--turns 12] [--only NAME ...]
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

import drills
import storm
from mcp import Pipes, call
from proof.client import Client
from proof.server import Server, binary, clean_environment, free_port

# A hook that took longer may have ended itself, and then promises nothing.
SOON = 2.5
WORDS = pathlib.Path(__file__).read_text().split()


class Session:
    """One session of Claude Code: its transcript, and hooks that are run for it."""

    def __init__(self, home, number, env=None):
        self.home, self.id = pathlib.Path(home), f"5e551017-0000-4000-8000-{number:012d}"
        self.folder = self.home / "shop"
        self.folder.mkdir(exist_ok=True)
        self.transcript = self.home / f"{self.id}.jsonl"
        self.env = clean_environment(home, {"LETTA_PROJECT": "shop", "CLAUDE_PROJECT_DIR": str(self.folder), **(env or {})})
        self.dice = random.Random(number)
        self.kept, self.told, self.turn = set(), [], 0

    def start(self, event, **more):
        process = subprocess.Popen(
            [binary(), "hook", event],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.env,
            cwd=self.folder,
        )
        given = {"session_id": self.id, "transcript_path": str(self.transcript), "cwd": str(self.folder)}
        given |= {"hook_event_name": event, "prompt_id": f"{self.id}-{self.turn}", **more}
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(given).encode())
            process.stdin.close()
        return process

    def hook(self, event, dies=False, **more):
        """Whether it ended by itself in time, with nothing to complain of."""
        process, began = self.start(event, **more), time.monotonic()
        if dies:
            time.sleep(self.dice.uniform(0, 0.06))
            process.kill()
        out, errors = process.stdout.read(), process.stderr.read()
        code = process.wait()
        if not dies:
            assert code == 0, f"{event} ended with {code}: {errors[:300]}"
            if out:
                self.told.append(json.loads(out).get("systemMessage"))
        return code == 0 and time.monotonic() - began < SOON

    def edit(self, path, dies=False):
        full = str(self.folder / path)
        done = self.hook(
            "PostToolUse",
            dies,
            tool_name="Edit",
            tool_use_id=f"toolu_{self.dice.random()}",
            tool_input={"file_path": full, "old_string": "before", "new_string": f"after {path}"},
            tool_response={"filePath": full, "structuredPatch": [{"lines": ["-before", f"+after {path}"]}]},
        )
        if done:
            self.kept.add(path)

    def say(self):
        """A turn in the transcript, with something to keep."""
        words = " ".join(self.dice.sample(WORDS, 8)).translate({ord(c): None for c in "`\"'.?!:#<>|\\"})
        text = f"The root cause was `{self.id[-3:]}_{self.turn}`: {words} in the end."
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        records = [
            {"type": "user", "message": {"role": "user", "content": f"Do thing {self.turn}."}, "timestamp": stamp},
            {"type": "assistant", "message": {"role": "assistant", "content": [{"type": "text", "text": text}]}},
        ]
        with open(self.transcript, "a") as file:
            file.writelines(json.dumps(r) + "\n" for r in records)

    def play(self, turns, deaths):
        for self.turn in range(turns):
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                names = [f"{self.id[-3:]}-{self.turn}-{n}.py" for n in range(3)]
                list(pool.map(lambda name: self.edit(name, self.dice.random() < deaths), names))
            self.say()
            for _ in range(2):
                self.hook("Stop", dies=self.dice.random() < deaths * 2)


def passages(url):
    client = Client(url)
    for agent in client.every("/v1/agents/", size=100):
        yield from client.every(f"/v1/agents/{agent['id']}/archival-memory", size=1000)


def complaints(url, sessions):
    """What is lost, and what is there twice."""
    stored = [p for p in passages(url) if (p.get("metadata") or {}).get("key")]
    keys = [p["metadata"]["key"] for p in stored]
    if len(keys) != len(set(keys)):
        twice = sorted({k for k in keys if keys.count(k) > 1})
        yield f"{len(twice)} notes are stored twice: {twice[:5]}"
    for session in sessions:
        mine = [p for p in stored if p["metadata"]["session_id"] == session.id]
        paths = [p["metadata"]["file_path"] for p in mine if p["metadata"]["type"] == "file_change"]
        lost = session.kept - set(paths)
        if lost:
            yield f"{session.id}: {len(lost)} of {len(session.kept)} changes are lost: {sorted(lost)[:5]}"
        if len(paths) != len(set(paths)):
            yield f"{session.id}: a change is stored twice"
        summaries = [p for p in mine if p["metadata"].get("summary") == "session"]
        if len(summaries) != 1:
            yield f"{session.id}: {len(summaries)} summaries"
        if len(session.kept) < 3:
            yield f"{session.id}: nothing was kept, so nothing was proved"


def torn(home):
    """Files that are not whole."""
    for path in (pathlib.Path(home) / "sessions").glob("*.json"):
        try:
            json.loads(path.read_text())
        except ValueError:
            yield f"{path.name} is torn"


def orphans(home):
    """Processes of this drill that are still there."""
    mark = f"ROOST_HOME={home}\0".encode()
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes() and (entry / "cmdline").read_bytes():
                yield f"process {entry.name} stays"


# --- drills: each yields what went wrong -------------------------------------------------------------------------------


def crowd(home, asked):
    """Four sessions, a server and `roost mcp` on one file, hooks killed at any point: all that was accepted, once."""
    sessions = [Session(home, n) for n in range(4)]
    with Server(home=home) as server:
        pipes = Pipes(home, project="shop")
        texts = {n: f"beside the hooks {n} {random.random()}" for n in range(asked.turns * 4)}
        with concurrent.futures.ThreadPoolExecutor(len(sessions)) as pool:
            playing = [pool.submit(s.play, asked.turns, 0.3) for s in sessions]
            for number, text in texts.items():
                pipes.send(call(number, "remember", text=text))
                time.sleep(0.02)
            for play in playing:
                play.result()
        for session in sessions:
            for _ in range(2):
                session.hook("SessionEnd", reason="other")
        if pipes.close() != 0 or len(pipes.stored()) != len(texts):
            yield f"roost mcp stored {len(pipes.stored())} of {len(texts)} notes"
        yield from complaints(server.url, sessions)
        complaint = storm.check(server)
        if complaint:
            yield complaint
    yield from torn(home)
    yield from orphans(home)


def away(home, asked):
    """The server is away, then there again: what was kept meanwhile is delivered once, by several at the same time."""
    port = free_port()
    env = {"LETTA_BASE_URL": f"http://127.0.0.1:{port}"}
    sessions = [Session(home, n, env) for n in range(3)]
    for session in sessions:
        session.play(max(2, asked.turns // 4), 0.2)
        session.hook("SessionEnd", reason="other")
        told = [t for t in session.told if t]
        if len(told) > 1:
            yield f"{session.id}: told {len(told)} times that the memory is away"
    if not (pathlib.Path(home) / "outbox.jsonl").exists():
        yield "there is no outbox"
    with tempfile.TemporaryDirectory() as other, Server(home=other, port=port) as server:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda n: sessions[n % 3].hook("Stop", dies=n < 9), range(12)))
        for _ in range(20):
            sessions[0].hook("Stop")
            if not (pathlib.Path(home) / "outbox.jsonl").exists():
                break
        else:
            yield "the outbox is not empty"
        for session in sessions:
            session.hook("SessionEnd", reason="other")
        yield from complaints(server.url, sessions)
    yield from torn(home)
    yield from orphans(home)


def full(home, asked):
    """No byte can be written: a hook ends well, and what was there is whole."""
    session = Session(home, 1)
    session.edit("before.py")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    given = {"session_id": session.id, "tool_name": "Edit", "tool_input": {"file_path": "a.py", "new_string": "x"}}
    for event in ("PostToolUse", "Stop", "SessionEnd", "SessionStart"):
        done = subprocess.run(
            [binary(), "hook", event],
            input=json.dumps(given).encode(),
            capture_output=True,
            env=session.env,
            preexec_fn=limit,
            timeout=20,
        )
        if done.returncode != 0:
            yield f"{event} ended with {done.returncode}: {done.stderr[:200]}"
    yield from torn(home)
    session.hook("SessionEnd", reason="other")
    with Server(home=home) as server:
        if not any("before.py" in p["text"] for p in passages(server.url)):
            yield "a change from before is lost"


DRILLS = [crowd, away, full]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--turns", type=int, default=12)
    options.add_argument("--only", nargs="*", default=[])
    asked = options.parse_args()

    return drills.run_in_new_folders("hooks", DRILLS, asked)


if __name__ == "__main__":
    sys.exit(main())

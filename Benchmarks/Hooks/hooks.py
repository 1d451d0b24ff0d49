#!/usr/bin/env python3
"""How long each hook of Claude Code takes, from its process starting to its end, with 10,000 passages in the memory.

Benchmarks/Hooks/hooks.py               forty runs of each, a minute or two; most of it makes the memory
Benchmarks/Hooks/hooks.py --keep DIR    keeps the memory there, or takes it from there
Benchmarks/Hooks/hooks.py --strict      exit code 1 when a goal is missed
Benchmarks/Hooks/hooks.py --realtime    the hooks go before everything else on the machine (root)

A hook that did not do what is measured ends the run with an error.
"""

import argparse
import contextlib
import itertools
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "Scripts"))

from proof.server import binary, clean_environment  # noqa: E402

NOTES = ROOT / "Benchmarks" / "Recall" / "notes"
TYPES = ("learning", "decision", "bug", "file_change", "session_summary")
GOALS = {
    "SessionStart": 15,
    "UserPromptSubmit": 40,
    "PostToolUse, Edit": 15,
    "Stop, 1 MB unread": 15,
    "Stop, a turn after 1 MB": 15,
}


def run(home, arguments, given=b"", folder=None, extra=None):
    return subprocess.run(
        [binary(), *arguments],
        input=given,
        capture_output=True,
        env=clean_environment(home, extra),
        cwd=folder,
        check=True,
    ).stdout


def lines(name):
    return [json.loads(line) for line in (NOTES / name).read_text().splitlines()]


PARTS = (
    "parser loader cache session config table index router handler worker queue client token report user order "
    "view layout theme widget sensor motor driver buffer packet schema model field cell sheet page link menu filter sorter"
).split()
VERBS = "load save update remove check render parse encode decode merge split compare".split()


def everyday(number):
    """What hooks keep of one piece of work, in words of its own. Variants of the notes would not do: where twenty texts
    say the same, none of them stands out, and none is brought in."""
    chance = random.Random(number)
    part, other, third = chance.sample(PARTS, 3)
    verb, second = chance.sample(VERBS, 2)
    small, large = chance.randint(1, 40), chance.randint(1, 999)
    kind = TYPES[number % len(TYPES)]
    if kind == "bug":
        return (
            f"`python -m pytest tests/test_{other}.py` failed: AssertionError: "
            f"assert {verb}_{third}({small}) == {large} in {part}"
        )
    if kind == "session_summary":
        return (
            f"Session of 2026-01-{chance.randint(1, 28):02} in demo ({small} min)\nAsked:\n"
            f"- Please {verb} the {part} {other} and {second} the {third}.\nDone:\n"
            f"- Added `{verb}_{other}` to `src/{part}/{third}.py`; all {large} tests pass."
        )
    if kind == "file_change":
        return (
            f"Changed src/{part}/{other}_{third}.py (+{small} -1)\n- return {third}\n"
            f"+ def {verb}_{other}({third}):\n+ return {second}_{part}({third}, {large})"
        )
    return f"The {part} has to {verb} each {other} before the {third}, case {number}; {second} is {small} steps later."


def make_memory(home, count):
    """The agent of the project `demo` with blocks and passages: the notes, and work of every day around them."""
    notes = lines("notes.jsonl")
    learnings = "# Learnings\n---\n" + "\n".join(f"[2026-01-{day:02}] [test] lesson {day}" for day in range(1, 29))
    context = "# demo\n" + "Build: make.\n" * 60
    blocks = {"human": "Ada, writes Swift.", "project_context": context, "learnings": learnings}
    given = [word for label, value in blocks.items() for word in ("--block", f"{label}={value}")]
    run(home, ["agent", "create", "--name", "memory-demo", "--tag", "project:demo", "--no-base-tools", *given])
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for number in range(count):
            note = notes[number % len(notes)]
            text = note["text"] if number < len(notes) else everyday(number)
            kind = TYPES[number % len(TYPES)]
            row = {"id": f"n{number}", "text": text, "created_at": note["created_at"], "metadata": {"type": kind}}
            file.write(json.dumps(row) + "\n")
        file.flush()
        run(home, ["import", "jsonl", file.name, "--agent", "memory-demo"])


def make_project(folder):
    """A repository of 300 files, some of them changed later than the others."""
    for number in range(300):
        path = folder / "src" / f"part{number % 20}" / f"file{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"value = {number}\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    for number in range(6):
        (folder / "src" / "part1" / f"payments{number}.py").write_text("x = 1\n")
    subprocess.run(["git", "init", "-q", "-b", "feature/payment-retry", "."], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)


def compact(row):
    """As the editor writes it."""
    return json.dumps(row, separators=(",", ":"))


def transcript(path, session, size):
    """Turns as an agent has them: a prompt, six uses of tools with what they gave, one of them an edit, an answer."""
    with path.open("w") as file:
        number = 0
        while file.tell() < size:
            number += 1
            common = {"sessionId": session, "isSidechain": False, "timestamp": "2026-03-04T10:00:00.000Z"}

            def write(kind, content, part, more=None, number=number, common=common):
                message = {"role": kind, "content": content, "id": f"msg_{number}"}
                row = {**common, "type": kind, "uuid": f"u{number}{part}", "message": message, **(more or {})}
                file.write(compact(row) + "\n")

            write("user", f"Please look at case {number}: it fails since yesterday.", "prompt")
            for step in range(6):
                name = f"toolu_{number}_{step}"
                given = {"file_path": f"/demo/src/file{number}.py"}
                if step == 4:
                    given |= {"old_string": "a = 1", "new_string": "a = 2\n" * 40}
                use = {"type": "tool_use", "id": name, "name": "Edit" if step == 4 else "Read", "input": given}
                text = f"{step:6}\tvalue{number} = lookup(table, {number})\n" * 60
                write("assistant", [use], f"use{step}")
                result = {"type": "tool_result", "tool_use_id": name, "content": text}
                write("user", [result], f"result{step}", {"toolUseResult": {"type": "text", "file": {"content": text}}})
            said = (
                f"Case {number} failed on an empty list. The cause was a stale cache of table {number}, cleared now. "
                f"I changed `file{number}.py` and added a test for it. All {number + 12} tests pass. "
                "Tell me if the other callers should use it too."
            )
            write("assistant", [{"type": "text", "text": said}], "answer")


def turn(session):
    """A prompt and an answer that says something worth keeping, and was never said before."""
    number = time.time_ns() % 10**12
    common = {"sessionId": session, "isSidechain": False, "timestamp": "2026-03-04T11:00:00.000Z"}
    answer = (
        f"The root cause was that `shard{number}.py` read the index {number + 2} times instead of once, "
        f"so the fix was to keep it in `cache{number}`."
    )
    for kind, content in (
        ("user", f"Why is shard {number} slow since yesterday?"),
        ("assistant", [{"type": "text", "text": answer}]),
    ):
        message = {"role": kind, "content": content, "id": f"msg_turn_{number}"}
        yield compact({**common, "type": kind, "uuid": f"turn{number}{kind}", "message": message}) + "\n"


class Bench:
    def __init__(self, home, folder, work, times, realtime):
        self.home, self.folder, self.work, self.times, self.realtime = home, folder, work, times, realtime
        self.environment = clean_environment(home, {"CLAUDE_PROJECT_DIR": str(folder)})

    def timed(self, command, given=b""):
        """Wall and processor time in milliseconds, from the start of the process to its end, and what it printed."""
        # Files, not pipes: nobody has to be awake to read.
        with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as written:
            read.write(given)
            read.seek(0)
            if self.realtime:
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
            began = time.perf_counter()
            process = subprocess.Popen(
                command, stdin=read, stdout=written, stderr=subprocess.DEVNULL, env=self.environment, close_fds=False
            )
            _, status, used = os.wait4(process.pid, 0)
            took = (time.perf_counter() - began) * 1000
            if self.realtime:
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, (command, process.returncode)
            written.seek(0)
            return took, (used.ru_utime + used.ru_stime) * 1000, written.read()

    def event(self, name, session, **members):
        path = str(self.transcript(session))
        common = {"session_id": session, "transcript_path": path, "cwd": str(self.folder), "hook_event_name": name}
        return [binary(), "hook", name], json.dumps({**common, **members}).encode()

    def transcript(self, session):
        return self.work / f"{session}.jsonl"

    def session(self, name):
        """What the hooks keep of a session."""
        return json.loads((self.home / "sessions" / f"{name}.json").read_text())

    def passages(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.home}/roost.db?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM passages").fetchone()[0]

    def edit(self, session, number):
        path = f"{self.folder}/src/part1/file{number}.py"
        values = {"old_string": "a", "new_string": f"b{number}"}
        response = {"filePath": path, "oldString": "a", "newString": f"b{number}", "structuredPatch": []}
        return self.event(
            "PostToolUse", session, tool_name="Edit", tool_use_id=f"toolu_{number}", prompt_id=f"prompt-{number}",
            tool_input={"file_path": path, **values}, tool_response=response,
        )

    def stop(self, session):
        return self.event("Stop", session, stop_hook_active=False)

    def kinds(self):
        """Name, the calls one by one (what stands before a `yield` is not measured), and a check of what they left."""
        yield "roost version", (([binary(), "version"],) for _ in self.numbers), None
        yield "SessionStart", self.starts(), lambda told: told == len(self.numbers)
        yield "UserPromptSubmit", self.prompts(), lambda told: told > len(self.numbers) / 4
        yes = self.event("UserPromptSubmit", "prompts", prompt="yes")
        yield "UserPromptSubmit, 'yes'", (yes for _ in self.numbers), lambda told: told == 0
        tool = self.event("PreToolUse", "prompts", tool_name="Edit", tool_use_id="t1", tool_input={"file_path": "a"})
        yield "PreToolUse, no rules", (tool for _ in self.numbers), lambda told: told == 0
        yield (
            "PostToolUse, Edit",
            (self.edit("edits", number) for number in self.numbers),
            lambda _: all(f"file{number}.py" in json.dumps(self.session("edits")) for number in self.numbers),
        )
        before = self.passages()
        yield "Stop, 1 MB unread", self.first_stops(), lambda _: self.passages() >= before + len(self.numbers)
        middle = self.passages()
        yield "Stop, a turn after 1 MB", self.later_stops(), lambda _: self.passages() >= middle + len(self.numbers)

    @property
    def numbers(self):
        """Two more than are counted: they warm the file cache."""
        return range(self.times + 2)

    def starts(self):
        for number in self.numbers:
            yield self.event("SessionStart", f"start-{number}", source="startup")

    def prompts(self):
        questions = [row.get("question") or row["query"] for row in lines("questions.jsonl")]
        self.timed(*self.event("SessionStart", "prompts", source="startup"))
        for number in self.numbers:
            yield self.event("UserPromptSubmit", "prompts", prompt=questions[number * 7 % len(questions)])

    def first_stops(self):
        for _ in self.numbers:
            # Of each run its own: what was stored before is not stored again.
            session = f"first-{time.time_ns()}"
            transcript(self.transcript(session), session, 1 << 20)
            with self.transcript(session).open("a") as file:
                file.writelines(turn(session))
            yield self.stop(session)
            self.transcript(session).unlink()

    def later_stops(self):
        session = f"later-{time.time_ns()}"
        transcript(self.transcript(session), session, 1 << 20)
        self.timed(*self.stop(session))
        for number in self.numbers:
            self.timed(*self.edit(session, number))
            with self.transcript(session).open("a") as file:
                file.writelines(turn(session))
            yield self.stop(session)


def check_memory(home, count):
    """Refuses to measure a memory in which there is nothing to find."""
    with contextlib.closing(sqlite3.connect(f"file:{home}/roost.db?mode=ro", uri=True)) as database:
        passages = database.execute("SELECT count(*) FROM passages").fetchone()[0]
    told = json.loads(run(home, ["embeddings", "status", "--json"]))
    if passages < count or told["embedded"] < count:
        raise SystemExit(f"The memory is not as it has to be: {passages} passages, {told}")


def client_python():
    """A Python with letta_client."""
    made = subprocess.run([str(ROOT / "Contract" / "python" / "venv.sh"), "1.12.1"], capture_output=True, text=True)
    return made.stdout.strip() + "/bin/python" if made.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--realtime", action="store_true")
    wanted = parser.parse_args()
    wrong = False
    with tempfile.TemporaryDirectory(prefix="roost-hooks-") as place:
        work = pathlib.Path(place)
        home = wanted.keep or work / "home"
        if not (home / "roost.db").exists():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_memory(home, wanted.passages)
        check_memory(home, wanted.passages)
        shutil.rmtree(home / "sessions", ignore_errors=True)
        folder = work / "demo"
        folder.mkdir()
        make_project(folder)
        bench = Bench(home, folder, work, wanted.times, wanted.realtime)
        python, yardstick = client_python(), None
        print(f"{'':34} {'wall':>9} {'':>10} {'':>10} {'processor':>11} {'':>10}")
        print(f"{'':34} {'fastest':>9} {'median':>10} {'slowest':>10}", end=" ")
        print(f"{'fastest':>11} {'median':>10} {'goal':>6} {'yardstick':>10}")
        kinds = bench.kinds()
        if python:
            import_client = ([python, "-c", "import letta_client"],)
            kinds = itertools.chain([("python3 -c 'import letta_client'", [import_client] * 12, None)], kinds)
        for name, calls, check in kinds:
            found = [bench.timed(*call) for call in calls]
            told = sum(1 for _, _, said in found if said)
            walls, used = [row[0] for row in found[2:]], [row[1] for row in found[2:]]
            median, goal = statistics.median(walls), GOALS.get(name)
            if "letta_client" in name:
                yardstick = median
            missed = goal is not None and median > goal
            wrong |= missed and wanted.strict
            print(
                f"{name:34} {min(walls):6.1f} ms {median:7.1f} ms {max(walls):7.1f} ms {min(used):8.1f} ms"
                f" {statistics.median(used):7.1f} ms {f'{goal} ms' if goal else '':>6}"
                f" {f'{yardstick / median:.0f} x' if yardstick else '':>10}{'  missed' if missed else ''}",
                flush=True,
            )
            if check and not check(told):
                print(f"{name}: the hook did not do its work ({told} of {len(found)} told something).", file=sys.stderr)
                wrong = True
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

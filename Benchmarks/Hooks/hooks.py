#!/usr/bin/env python3
"""How long each hook of Claude Code takes, from the start of the process to its end, with 10,000 passages in the memory.

Benchmarks/Hooks/hooks.py               forty runs of each, a minute or two; most of it makes the memory
Benchmarks/Hooks/hooks.py --keep DIR    keeps the memory there, or takes it from there
Benchmarks/Hooks/hooks.py --strict      exit code 1 when a goal is missed
"""

import argparse
import json
import os
import pathlib
import shutil
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
    "Stop, 1 MB transcript": 15,
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


def make_memory(home, count):
    """The agent of the project `demo` with blocks and passages, each with a text of its own."""
    notes = lines("notes.jsonl")
    learnings = "# Learnings\n---\n" + "\n".join(f"[2026-01-{day:02}] [test] lesson {day}" for day in range(1, 29))
    blocks = {"human": "Ada, writes Swift.", "project_context": "# demo\n" + "Build: make.\n" * 60, "learnings": learnings}
    given = [word for label, value in blocks.items() for word in ("--block", f"{label}={value}")]
    run(home, ["agent", "create", "--name", "memory-demo", "--tag", "project:demo", "--no-base-tools", *given])
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for number in range(count):
            note = notes[number % len(notes)]
            other = notes[(number * 7 + number // len(notes)) % len(notes)]["text"].split(". ")
            text = note["text"] if number < len(notes) else f"{other[0]}. Case {number}. {note['text'].split('. ')[-1]}"
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


def transcript(path, session, size):
    """Turns of a prompt, an edit and an answer."""
    with path.open("w") as file:
        number = 0
        while file.tell() < size:
            number += 1
            common = {"sessionId": session, "isSidechain": False, "timestamp": "2026-03-04T10:00:00.000Z"}
            edit = {"file_path": f"/demo/src/file{number}.py", "old_string": "a = 1", "new_string": "a = 2" * 40}
            use = {"type": "tool_use", "id": f"toolu_{number}", "name": "Edit", "input": edit}
            result = {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": "The file was updated. " * 20}
            said = {"type": "text", "text": f"The cause of case {number} was a stale cache; it is cleared now. " * 5}
            for kind, content in (
                ("user", f"Please look at case {number}: it fails since yesterday."),
                ("assistant", [use]),
                ("user", [result]),
                ("assistant", [said]),
            ):
                message = {"role": kind, "content": content, "id": f"msg_{number}"}
                file.write(json.dumps({**common, "type": kind, "uuid": f"u{number}{kind}", "message": message}) + "\n")


class Bench:
    def __init__(self, home, folder, work, times):
        self.folder, self.work, self.times = folder, work, times
        self.environment = clean_environment(home, {"CLAUDE_PROJECT_DIR": str(folder)})

    def timed(self, command, given=b""):
        """Milliseconds from the start of the process to its end, and what it printed."""
        # Files, not pipes: nobody has to be awake to read.
        with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as written:
            read.write(given)
            read.seek(0)
            began = time.perf_counter()
            code = subprocess.Popen(
                command, stdin=read, stdout=written, stderr=subprocess.DEVNULL, env=self.environment, close_fds=False
            ).wait()
            took = (time.perf_counter() - began) * 1000
            assert code == 0, (command, code)
            written.seek(0)
            return took, written.read()

    def event(self, name, session, **members):
        path = str(self.work / f"{session}.jsonl")
        common = {"session_id": session, "transcript_path": path, "cwd": str(self.folder), "hook_event_name": name}
        return [binary(), "hook", name], json.dumps({**common, **members}).encode()

    def median(self, calls):
        """Of one call after the other; the first two warm the file cache."""
        found = [self.timed(*call) for call in calls]
        return [took for took, _ in found[2:]], sum(1 for _, said in found[2:] if said)

    def kinds(self):
        count = self.times + 2
        questions = [row["question"] if "question" in row else row["query"] for row in lines("questions.jsonl")]
        edit = {"file_path": f"{self.folder}/src/part1/file1.py", "old_string": "a", "new_string": "b"}
        response = {"filePath": edit["file_path"], "oldString": "a", "newString": "b", "structuredPatch": []}
        yield "SessionStart", [
            self.event("SessionStart", f"start-{number}", source="startup") for number in range(count)
        ]
        self.timed(*self.event("SessionStart", "prompts", source="startup"))
        yield "UserPromptSubmit", [
            self.event("UserPromptSubmit", "prompts", prompt=questions[number * 7 % len(questions)])
            for number in range(count)
        ]
        yield "UserPromptSubmit, 'yes'", [self.event("UserPromptSubmit", "prompts", prompt="yes")] * count
        tool = {"tool_name": "Edit", "tool_use_id": "toolu_1"}
        yield "PreToolUse, no rules", [self.event("PreToolUse", "prompts", tool_input=edit, **tool)] * count
        yield "PostToolUse, Edit", [
            self.event("PostToolUse", "prompts", tool_input={**edit, "new_string": f"b{number}"},
                       tool_response={**response, "newString": f"b{number}"}, **tool)
            for number in range(count)
        ]
        for number in range(count):
            transcript(self.work / f"stop-{number}.jsonl", f"stop-{number}", 1 << 20)
        yield "Stop, 1 MB transcript", [
            self.event("Stop", f"stop-{number}", stop_hook_active=False, last_assistant_message="Done.")
            for number in range(count)
        ]


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
    wanted = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory(prefix="roost-hooks-") as place:
        work = pathlib.Path(place)
        home = wanted.keep or work / "home"
        if not (home / "roost.db").exists():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_memory(home, wanted.passages)
        shutil.rmtree(home / "sessions", ignore_errors=True)
        folder = work / "demo"
        folder.mkdir()
        make_project(folder)
        bench = Bench(home, folder, work, wanted.times)
        rows = [("roost version", [([binary(), "version"],)] * (wanted.times + 2))]
        python = client_python()
        if python:
            rows.append(("python3 -c 'import letta_client'", [([python, "-c", "import letta_client"],)] * 12))
        yardstick = None
        print(f"{'':34} {'fastest':>9} {'median':>9} {'slowest':>9} {'goal':>7} {'yardstick':>10}")
        for name, calls in [*rows, *bench.kinds()]:
            times, told = bench.median(calls)
            median, goal = statistics.median(times), GOALS.get(name)
            if "letta_client" in name:
                yardstick = median
            missed |= goal is not None and median > goal
            ratio = f"{yardstick / median:8.0f} x" if yardstick else ""
            limit = f"{goal:4} ms" if goal else ""
            print(
                f"{name:34} {min(times):6.1f} ms {median:6.1f} ms {max(times):6.1f} ms {limit:>7} {ratio:>10}"
                + (f"   {told} of {len(times)} told something" if told else "")
            )
    return 1 if missed and wanted.strict else 0


if __name__ == "__main__":
    sys.exit(main())

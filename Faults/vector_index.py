#!/usr/bin/env python3
"""kill -9 while the vector index is written, again and again: searches stay exact, no file is ever half a file.

Faults/vector_index.py [--rounds 30] [--passages 20000] [--seed N]
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import storm  # noqa: F401  (it makes the `proof` package known)
from proof.server import binary, clean_environment


def bench(folder, passages):
    """Adds passages until there are so many, then searches: a process that writes the index where it needs one."""
    return [
        binary(), "bench", "search", "--folder", str(folder), "--passages", str(passages), "--dimensions", "64",
        "--queries", "3", "--exact", "20", "--json",
    ]


def complaints(folder, passages, environment):
    """What is wrong after a kill: seen by a new process, and by a check."""
    run = subprocess.run(bench(folder, passages), env=environment, capture_output=True, text=True, timeout=300)
    if run.returncode != 0:
        return [f"the next process failed: {run.stderr.strip()[-300:]}"]
    found = json.loads(run.stdout)
    wrong = []
    if found["recall of 10 against exact"]["value"] < 0.995:
        wrong.append(f"recall {found['recall of 10 against exact']['value']}")
    if found["insert seen by the next search (1 is yes)"]["value"] != 1:
        wrong.append("an insert was not seen")
    check = subprocess.run(
        [binary(), "db", "check", "--database", str(folder / "roost.db"), "--json"],
        env=environment, capture_output=True, text=True, timeout=300,
    )
    report = json.loads(check.stdout)
    return wrong + report["problems"] + report["notes"]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--passages", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=int(time.time()))
    asked = options.parse_args()
    dice = random.Random(asked.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-vectors-"))
    environment = clean_environment(folder)
    print(f"vector_index: {asked.rounds} kills, seed {asked.seed}")
    passages, unfinished = asked.passages, 0
    try:
        index = folder / "roost.db-vectors" / "1.index"
        wrong = complaints(folder, passages, environment)
        for number in range(asked.rounds):
            # Without a file, or with one that is too far behind, the process begins with writing it.
            if dice.random() < 0.7:
                index.unlink(missing_ok=True)
            else:
                passages += 3000
            process = subprocess.Popen(
                bench(folder, passages), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            end = time.monotonic() + dice.uniform(0.02, 0.6)
            while time.monotonic() < end and process.poll() is None:
                # Half of the kills come while the file is being written.
                if number % 2 and list(index.parent.glob("*.part-*")):
                    time.sleep(dice.uniform(0, 0.02))
                    break
                time.sleep(0.001)
            process.kill()
            process.wait()
            unfinished += bool(list(index.parent.glob("*.part-*")))
            wrong = wrong or complaints(folder, passages, environment)
            if wrong:
                print(f"vector_index: round {number + 1}: " + "; ".join(wrong), file=sys.stderr)
                return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if unfinished == 0:
        print("vector_index: no kill hit a file that was being written: nothing was proved", file=sys.stderr)
        return 1
    print(f"vector_index: ok, {asked.rounds} kills, {unfinished} of them in the middle of a file")
    return 0


sys.exit(main())

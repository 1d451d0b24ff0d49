#!/usr/bin/env python3
"""From the start of `roost mcp` to its first answer on stdio, and its memory then.

Benchmarks/MCP/start.py             fifty starts of each kind, a few seconds
Benchmarks/MCP/start.py --strict    exit code 1 when a goal is missed
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "Scripts"), str(HERE.parents[1] / "Contract" / "mcp")]

from proof.server import Server, binary, clean_environment  # noqa: E402
from support.raw import greeting, message, stateless  # noqa: E402

MOST_TIME, MOST_MEMORY = 30.0, 30.0


def memory(pid):
    """VmRSS in MB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def start(home, requests):
    """Milliseconds until the last request is answered, each sent after the one before it was; and the memory then."""
    lines = [json.dumps(request).encode() + b"\n" for request in requests]
    began = time.perf_counter()
    child = subprocess.Popen(
        [binary(), "mcp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean_environment(home),
        bufsize=0,
    )
    answer = b""
    for line in lines:
        child.stdin.write(line)
        answer = b""
        while not answer.endswith(b"\n"):
            found = child.stdout.read(65536)
            assert found, f"roost mcp ended with {child.wait()}"
            answer += found
    took = (time.perf_counter() - began) * 1000
    size = memory(child.pid)
    assert "result" in json.loads(answer), answer
    child.stdin.close()
    child.stdout.close()
    child.wait()
    return took, size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--strict", action="store_true")
    wanted = parser.parse_args()
    hello = message("initialize", greeting(), 1)
    status = message("tools/call", {"name": "memory_status", "arguments": {}}, 2)
    kinds = {
        "initialize": ([hello], True),
        "server/discover": ([stateless("server/discover")], True),
        "tools/list, stateless": ([stateless("tools/list")], True),
        "initialize and a first call": ([hello, status], False),
    }
    missed = False
    with tempfile.TemporaryDirectory(prefix="roost-start-") as empty, Server() as roost:
        print(f"{'first answer to':30} {'fastest':>9} {'median':>9} {'slowest':>9} {'VmRSS':>9}")
        for name, (requests, is_goal) in kinds.items():
            # A first call opens the file: one that is there already, as it is in every session but the first.
            home = empty if is_goal else roost.home
            start(home, requests)
            runs = [start(home, requests) for _ in range(wanted.times)]
            times, sizes = [run[0] for run in runs], [run[1] for run in runs]
            median, size = statistics.median(times), max(sizes)
            missed |= is_goal and (median > MOST_TIME or size >= MOST_MEMORY)
            print(f"{name:30} {min(times):6.1f} ms {median:6.1f} ms {max(times):6.1f} ms {size:6.1f} MB")
    print(
        f"goals: {MOST_TIME:.0f} ms (median) and {MOST_MEMORY:.0f} MB for the first three. {wanted.times} starts each."
    )
    return 1 if missed and wanted.strict else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""How fast it is: time and CPU for each operation, start and memory, beside the predecessor and a plain baseline.

    Benchmarks/Speed/bench.py                  everything, about four minutes
    Benchmarks/Speed/bench.py --quick          a look, about one minute
    Benchmarks/Speed/bench.py --strict         exit code 1 where a promise of the README is not kept
    Benchmarks/Speed/bench.py --out run.json   keep the numbers

Measure a release build (ROOST_BIN names one). CPU is user and system time of the server's process for one request, from
/proc; it holds on a busy machine, where times do not. "busy" is the share of the machine that others used meanwhile.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

from load import Load, percentile  # noqa: E402
from operations import Ground  # noqa: E402
from proof import process  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.server import Server, binary, free_port  # noqa: E402

# What the project promises: the share of the predecessor's CPU, and limits of its own.
SHARE = {"list 50 agents": 25, "list 500 agents": 25}
SHARE_ELSE = 50
LIMITS = {"p99 of a read at 64, ms": 25, "start, ms": 100, "idle, MiB": 40, "after, MiB": 120}
READS = ("get agent", "get block")


class PeerServer(Server):
    """The baseline, started like a roost."""

    def start(self, timeout=30.0):
        self.home.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        command = [sys.executable, str(HERE / "peer.py"), "--port", str(self.port), "--home", str(self.home)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        while not self.healthy(0.5):
            if self.process.poll() is not None or time.perf_counter() - began > timeout:
                raise RuntimeError("the baseline does not start")
            time.sleep(0.002)
        return time.perf_counter() - began


class Bench:
    """Runs every operation against one server and keeps the cells."""

    def __init__(self, server, seconds, connections):
        self.server, self.seconds, self.connections = server, seconds, connections
        self.load, self.cells = Load("127.0.0.1", server.port), {}

    def cell(self, name, operation, connections=None, most=10**9):
        for count in connections or self.connections:
            self.load.run(operation, count, 0.3, most=max(count, most // 20))
            cpu, busy, mine = process.cpu_seconds(self.server.pid), process.machine_busy_seconds(), time.process_time()
            times, errors, wall = self.load.run(operation, count, self.seconds, most)
            used = process.cpu_seconds(self.server.pid) - cpu
            others = process.machine_busy_seconds() - busy - used - (time.process_time() - mine)
            self.cells.setdefault(name, {})[str(count)] = {
                "requests": len(times),
                "errors": errors,
                "per_s": round(len(times) / wall, 1),
                "p50_ms": round(percentile(times, 0.5), 3),
                "p99_ms": round(percentile(times, 0.99), 3),
                "cpu_ms": round(used * 1000 / max(1, len(times)), 4),
                "busy": round(max(0.0, others) / wall / (os.cpu_count() or 1), 2),
            }

    def run(self):
        ground = Ground(Client(self.server.url))
        self.cell("get agent", ground.get_agent)
        self.cell("get block", ground.get_block)
        ground.grow_passages(1000)
        self.cell("search in 1,000", ground.search)
        ground.grow_passages(10_000)
        self.cell("search in 10,000", ground.search)
        ground.grow_agents(500)
        self.cell("list 50 agents", ground.list_agents_50)
        self.cell("list 500 agents", ground.list_agents_500, connections=self.connections[:2])
        self.cell("patch block", ground.patch_block, most=20_000)
        self.cell("insert passage", ground.insert_passage, most=20_000)
        self.cell("create agent", ground.create_agent, most=5_000)
        return self.cells


def measure(make, seconds, connections, starts=7):
    """Start and memory on a home with 500 agents and 10,000 passages; then the operations on a new one."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="roost-bench-"))
    result = {}
    try:
        server = make(home / "starts")
        server.start()
        ground = Ground(Client(server.url))
        ground.grow_agents(500)
        ground.grow_passages(10_000)
        server.stop()
        times = []
        for _ in range(starts):
            times.append(server.start() * 1000)
            time.sleep(0.2)
            if len(times) < starts:
                server.stop()
        time.sleep(2)
        result["start_ms"] = round(statistics.median(times), 1)
        result["idle_mib"] = round(process.memory(server.pid)["rss"], 1)
        server.stop()
        server = make(home / "bench")
        server.start()
        bench = Bench(server, seconds, connections)
        result["cells"] = bench.run()
        result["after_mib"] = round(process.memory(server.pid)["rss"], 1)
        server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return result


def table(rows):
    """Columns as wide as their widest cell; numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print(
            "  ".join(
                text.ljust(w) if n == 0 else text.rjust(w) for n, (text, w) in enumerate(zip(row, widths, strict=True))
            )
        )
        if number == 0:
            print("  ".join("-" * width for width in widths))


def show(ours, before, peer):
    rows = [
        [
            "operation",
            "clients",
            "p50 ms",
            "p99 ms",
            "per s",
            "CPU ms",
            "0.16.8 CPU",
            "ratio",
            "promise",
            "plain CPU",
            "ratio",
            "busy",
        ]
    ]
    for name, cells in ours["cells"].items():
        old = before["cells"].get(name, {}).get("cpu_ms")
        for count, cell in cells.items():
            plain = (peer or {}).get("cells", {}).get(name, {}).get(count, {}).get("cpu_ms")
            rows.append(
                [
                    name,
                    count,
                    f"{cell['p50_ms']:.2f}",
                    f"{cell['p99_ms']:.2f}",
                    f"{cell['per_s']:.0f}",
                    f"{cell['cpu_ms']:.3f}",
                    f"{old}" if old else "-",
                    f"{old / cell['cpu_ms']:.0f}x" if old and cell["cpu_ms"] else "-",
                    f"{SHARE.get(name, SHARE_ELSE)}x",
                    f"{plain:.2f}" if plain else "-",
                    f"{plain / cell['cpu_ms']:.1f}x" if plain and cell["cpu_ms"] else "-",
                    f"{cell['busy']:.0%}",
                ]
            )
    table(rows)
    print()
    rows = [["", "roost", "promise", "0.16.8", "plain"]]
    for name, key in (("start, ms", "start_ms"), ("idle, MiB", "idle_mib"), ("after, MiB", "after_mib")):
        rows.append([name, f"{ours[key]}", f"{LIMITS[name]}", f"{before[key]}", f"{peer[key]}" if peer else "-"])
    table(rows)


def broken_promises(ours, before):
    """Sentences about what is not as promised."""
    found = []
    for name, cells in ours["cells"].items():
        old, share = before["cells"][name]["cpu_ms"], SHARE.get(name, SHARE_ELSE)
        for count, cell in cells.items():
            if cell["errors"]:
                found.append(f"{name} at {count}: {cell['errors']} errors")
            if cell["cpu_ms"] * share > old:
                found.append(f"{name} at {count}: {cell['cpu_ms']} ms CPU is more than 1/{share} of {old}")
        limit = LIMITS["p99 of a read at 64, ms"]
        if name in READS and cells.get("64", {}).get("p99_ms", 0) > limit:
            found.append(f"{name} at 64: p99 {cells['64']['p99_ms']} ms is over {limit}")
    for name, key in (("start, ms", "start_ms"), ("idle, MiB", "idle_mib"), ("after, MiB", "after_mib")):
        if ours[key] > LIMITS[name]:
            found.append(f"{name}: {ours[key]} is over {LIMITS[name]}")
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--strict", action="store_true")
    options.add_argument("--no-plain", action="store_true", help="leave the baseline out")
    options.add_argument("--out", type=pathlib.Path)
    asked = options.parse_args()
    seconds = 0.7 if asked.quick else 3.0
    connections = [1, 16, 64]
    before = json.loads((HERE / "recorded/letta-0.16.8.json").read_text())
    print(f"{binary()} on {os.cpu_count()} cores, {platform.release()}, load {os.getloadavg()[0]:.1f}\n", flush=True)
    peer = None
    if not asked.no_plain:
        peer = measure(lambda home: PeerServer(home=home, port=free_port()), min(seconds, 1.0), connections, starts=3)
    ours = measure(lambda home: Server(home=home, port=free_port()), seconds, connections)
    show(ours, before, peer)
    if asked.out:
        asked.out.write_text(json.dumps({"roost": ours, "plain": peer, "kernel": platform.release()}, indent=1) + "\n")
    found = broken_promises(ours, before)
    print("\n" + ("\n".join(f"not kept: {line}" for line in found) or "every promise is kept"))
    return 1 if asked.strict and found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Medians and 99th percentiles of what SandboxBenchmark prints."""

import json
import statistics
import sys

NAMES = {
    "pool": "a call, a worker waits",
    "cold": "a call, no worker waits",
    "unsandboxed": "a call, unsandboxed, no worker waits",
    "python": "python3 -c pass",
    "bwrap python": "bwrap … python3 -c pass",
}


def main() -> None:
    table = json.load(sys.stdin)
    print(f"{'milliseconds':<38} {'median':>8} {'p99':>8} {'least':>8}")
    for name, times in table.items():
        times.sort()
        late = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{NAMES[name]:<38} {statistics.median(times):>8.1f} {late:>8.1f} {times[0]:>8.1f}")


main()

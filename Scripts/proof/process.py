"""What /proc says about a process: CPU time, memory, open files."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of the process so far, with the children it has reaped."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(int(value) for value in fields[11:15]) / TICKS


def precise_cpu_seconds(pid):
    """The same from the scheduler's nanosecond counters of its threads, where the kernel keeps them.

    Threads that ended are not in it; the caller falls back to `cpu_seconds` when the two drift apart.
    """
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        except (OSError, IndexError, ValueError):
            continue
    return total / 1e9


def memory(pid):
    """Resident and proportional memory in MiB."""
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                sizes[name.lower()] = int(rest.split()[0]) / 1024
    return sizes


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def machine_busy_seconds():
    """CPU seconds that the whole machine has spent working, for the share of others in a measurement."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(value) for value in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS

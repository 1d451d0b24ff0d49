#!/usr/bin/env python3
"""The disk fills up under a write storm: refusals are clear, nothing acknowledged is lost, and space brings it back.

On a small file system in memory where one can be mounted (as root), else with a limit on the size of files.

    Faults/disk_full.py [--way tmpfs|limit]
"""

import argparse
import contextlib
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import storm
from proof.client import Client
from proof.server import Server

MEGABYTE = 1024 * 1024
REFUSALS = (500, 503, 507)


class SmallDisk:
    """A tmpfs of 64 MB that a filler file fills and frees again."""

    name = "tmpfs"

    def __init__(self, folder):
        self.folder = folder
        self.filler = folder / "filler"
        self.preexec = None
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "roost-fault", folder], check=True, capture_output=True
        )

    def fill(self, _):
        handle = os.open(self.filler, os.O_WRONLY | os.O_CREAT)
        with contextlib.suppress(OSError):
            while True:
                os.write(handle, b"\0" * 4096)
        os.close(handle)

    def free(self, _):
        self.filler.unlink()

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=False)


class SizeLimit:
    """No file of the process may grow beyond a limit, which is lifted again from outside."""

    name = "limit"

    def __init__(self, folder):
        self.folder = folder

    @staticmethod
    def preexec():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write() fails instead of the process

    def fill(self, server):
        log = server.home / "roost.db-wal"  # what every write grows, until it is moved into the file itself
        size = log.stat().st_size if log.exists() else server.database.stat().st_size
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def free(self, server):
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self):
        pass


def disk(way, folder):
    if way in ("tmpfs", None) and os.geteuid() == 0:
        with contextlib.suppress(subprocess.CalledProcessError, FileNotFoundError):
            return SmallDisk(folder)
    if way == "tmpfs":
        raise SystemExit("disk_full: a tmpfs cannot be mounted here")
    return SizeLimit(folder)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--way", choices=["tmpfs", "limit"])
    asked = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-disk-"))
    place = disk(asked.way, folder)
    roost = Server(home=folder, preexec=place.preexec)
    roost.log = pathlib.Path(tempfile.mkstemp(prefix="roost-disk-", suffix=".log")[1])  # not on the full disk
    complaints = []
    try:
        roost.start()
        gale = storm.Storm(roost.url, 8, refusals=REFUSALS)
        with gale:
            time.sleep(1)
            place.fill(roost)
            time.sleep(3)
            refused = [r for ledger in gale.ledgers for r in list(ledger.refused)]
            reader = Client(roost.url)
            if reader.get("/v1/health/").status != 200 or reader.get("/v1/agents/", {"limit": 1}).status != 200:
                complaints.append("reading does not work on a full disk")
            if place.name == "tmpfs" or roost.running():
                place.free(roost)
            time.sleep(1)
            before = gale.acknowledged
            time.sleep(1.5)
            if gale.acknowledged == before:
                complaints.append("no write was acknowledged after the disk had space again")
        complaints += gale.broken
        complaints += [f"{place.name}: no write was refused: the disk was never full"] * (not refused)
        vague = {
            said for status, said in refused if not any(w in said.lower() for w in ("disk", "space", "full", "large"))
        }
        complaints += [f"a refusal that does not say why: {said!r}" for said in list(vague)[:3]]
        if not roost.running():
            complaints.append("the server died: " + roost.log_tail(800))
        else:
            complaints += storm.missing(Client(roost.url), gale.ledgers)
            complaints += [c for c in [storm.check(roost)] if c]
            roost.kill()
            roost.start()
            complaints += storm.missing(Client(roost.url), gale.ledgers)
        print(f"disk_full ({place.name}): {gale.acknowledged} acknowledged, {len(refused)} refused: {refused[:1]}")
    finally:
        roost.stop()
        place.close()
        roost.log.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    for complaint in complaints[:20]:
        print(f"  {complaint}")
    print("disk_full: " + ("FAILED" if complaints else "ok"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""`roost db backup` in a write storm: the copy is whole and holds everything acknowledged before it began.

Faults/backup_while_serving.py [--backups 3]
"""

import argparse
import shutil
import sys
import time

import storm
from proof.client import Client
from proof.server import Server


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--backups", type=int, default=3)
    asked = options.parse_args()
    complaints, copies = [], []
    with Server() as roost:
        gale = storm.Storm(roost.url, 16)
        with gale:
            for number in range(asked.backups):
                time.sleep(1)
                promised = gale.copy()
                file = roost.home / f"backup-{number}.db"
                before, began = gale.acknowledged, time.monotonic()
                code, out, errors = roost.command("db", "backup", str(file), timeout=120)
                seconds = time.monotonic() - began
                if code != 0 or not file.exists():
                    complaints.append(f"roost db backup: exit code {code}: {(out + errors).strip()[:300]}")
                    break
                copies.append((file, promised))
                print(
                    f"  backup {number + 1}: {seconds:.2f} s, {gale.acknowledged - before} writes meanwhile", flush=True
                )
        complaints += gale.broken
        for file, promised in copies:
            complaints += [f"{file.name}: {c}" for c in restored(file, promised)]
        print(f"backup_while_serving: {len(copies)} backups, {gale.acknowledged} writes acknowledged")
    for complaint in complaints[:20]:
        print(f"  {complaint}")
    print("backup_while_serving: " + ("FAILED" if complaints else "ok"))
    return 1 if complaints else 0


def restored(file, promised):
    """Restores the copy into a home of its own and asks a server there for everything that was promised."""
    copy = Server()
    try:
        code, out, errors = copy.command("db", "restore", str(file), "--yes", timeout=120)
        if code != 0:
            return [f"roost db restore: exit code {code}: {(out + errors).strip()[:300]}"]
        complaint = storm.check(copy)
        if complaint:
            return [complaint]
        copy.start()
        return storm.missing(Client(copy.url), promised)
    finally:
        copy.stop()
        shutil.rmtree(copy.home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""kill -9 in a write storm, again and again: every write that was acknowledged must be there afterwards.

Faults/kill9.py [--rounds 100] [--writers 16] [--seed N]
"""

import argparse
import random
import sys
import time

import storm
from proof.client import Client
from proof.server import Server


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--writers", type=int, default=16)
    options.add_argument("--seed", type=int, default=int(time.time()))
    asked = options.parse_args()
    dice = random.Random(asked.seed)
    ledgers, total, slowest, quiet = [], 0, 0.0, 0
    print(f"kill9: {asked.rounds} rounds, {asked.writers} writers, seed {asked.seed}")
    roost = Server()
    try:
        roost.start()
        for number in range(asked.rounds):
            gale = storm.Storm(roost.url, asked.writers, seed=asked.seed + number)
            with gale:
                time.sleep(dice.uniform(0.05, 1.2))
                roost.kill()
            if gale.broken:
                return failed(number, gale.broken)
            slowest = max(slowest, roost.start())
            lost = storm.missing(Client(roost.url), gale.ledgers)
            if lost:
                return failed(number, lost)
            total += gale.acknowledged
            quiet += gale.acknowledged == 0
            ledgers += gale.ledgers
            if number % 10 == 9 or number == asked.rounds - 1:
                complaint = storm.check(roost)
                if complaint:
                    return failed(number, [complaint])
                print(f"  round {number + 1}: {total} writes acknowledged, none lost", flush=True)
        lost = storm.missing(Client(roost.url), ledgers)
        if lost:
            return failed(asked.rounds, lost)
    finally:
        roost.__exit__()
    if quiet > asked.rounds / 2:
        return failed(asked.rounds, ["most rounds had no acknowledged write: nothing was proved"])
    print(
        f"kill9: ok, {asked.rounds} kills, {total} acknowledged writes, 0 lost, slowest start {slowest * 1000:.0f} ms"
    )
    return 0


def failed(number, complaints):
    print(f"kill9: FAILED in round {number + 1}: {len(complaints)} complaints")
    for complaint in complaints[:20]:
        print(f"  {complaint}")
    return 1


if __name__ == "__main__":
    sys.exit(main())

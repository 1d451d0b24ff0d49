#!/usr/bin/env python3
"""Embedding and its files under kills, on a full disk, with two servers, and with what it needs taken away.

Needs an embedding model: $ROOST_EMBEDDING_MODEL, else the one that `make bootstrap` installs.

    Faults/embedding.py [--rounds 20] [--seed N]
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import storm
from disk_full import MEGABYTE, SmallDisk
from proof.client import Client
from proof.server import ROOT, Server

MODEL = pathlib.Path(os.environ.get("ROOST_EMBEDDING_MODEL", ROOT / ".build/models/all-MiniLM-L6-v2")).resolve()


def server(**more):
    return Server(env={"ROOST_EMBEDDING_MODEL": str(more.pop("model", MODEL))}, **more)


def state(client):
    return client.get("/v1/roost/embeddings").json()


def settle(client, seconds=120):
    """Waits until nothing waits for a vector; what is wrong then."""
    end = time.monotonic() + seconds
    while (now := state(client))["waiting"] and time.monotonic() < end:
        time.sleep(0.1)
    if now["waiting"]:
        return [f"{now['waiting']} passages still wait after {seconds} s"]
    if now["embedded"] != now["passages"]:
        return [f"{now['embedded']} of {now['passages']} passages have a vector, and none waits"]
    return []


def search(client, text, **more):
    return client.post("/v1/roost/search", {"query": text, "limit": 5, **more}).json()


def seen(client, text):
    """What is wrong with finding a passage that was acknowledged."""
    found = search(client, text)
    if found["mode"] != "hybrid":
        return [f"searched by {found['mode']}"]
    return [] if any(r["text"] == text for r in found["results"]) else [f"not found: {text[:40]!r}"]


def archive(client):
    return client.post("/v1/archives/", {"name": "drill"}).json()["id"]


def fill(client, place, count, words=12, dice=random):
    """Passages in one request, like a bulk import."""
    texts = [" ".join(f"w{dice.randrange(5000)}" for _ in range(words)) for _ in range(count)]
    reply = client.post(f"/v1/archives/{place}/passages/batch", {"passages": [{"text": text} for text in texts]})
    return texts if reply.status in (200, 201) else []


def kills(rounds, seed):
    """Kills in a storm: what was acknowledged is there, and in the end has its vector."""
    dice, ledgers = random.Random(seed), []
    roost = server()
    try:
        roost.start()
        for number in range(rounds):
            gale = storm.Storm(roost.url, 8, seed=seed + number)
            with gale:
                time.sleep(dice.uniform(0.05, 1))
                roost.kill()
            roost.start()
            ledgers += gale.ledgers
            if gale.broken:
                return gale.broken
        client = Client(roost.url)
        wrong = settle(client) + storm.missing(client, ledgers)
        texts = [text for ledger in ledgers for kept in ledger.passages.values() for text in kept.values()]
        for text in dice.sample(texts, min(30, len(texts))):
            wrong += seen(client, text)
        print(f"  {len(texts)} passages acknowledged, {state(client)['embedded']} have vectors")
        return wrong + [c for c in [storm.check(roost)] if c] + ["nothing was proved"] * (not texts)
    finally:
        roost.__exit__()


def two_servers(_, seed):
    """What one server was given, the other finds at once, by words and meaning, while both take more."""
    wrong = []
    with server() as first, server(home=first.home) as second:
        clients = [Client(first.url), Client(second.url)]
        place = archive(clients[0])
        with storm.Storm(first.url, 3, seed=seed) as one, storm.Storm(second.url, 3, seed=seed + 1) as two:
            for number in range(40):
                text = f"finding{number}x{seed} is what the other one looks for"
                writer, reader = clients[number % 2], clients[1 - number % 2]
                writer.post(f"/v1/archives/{place}/passages", {"text": text})
                wrong += seen(reader, text)
        wrong += one.broken + two.broken
        for client in clients:
            wrong += storm.missing(client, one.ledgers + two.ledgers)
        wrong += settle(clients[0])
    return wrong


def terminated(_, seed):
    """SIGTERM in the middle of a bulk import ends the server soon; what was acknowledged gets its vectors later."""
    roost = server()
    try:
        roost.start()
        client = Client(roost.url, timeout=60)
        place = archive(client)
        texts = []
        for _ in range(3):
            texts += fill(client, place, 1000, words=150)
            if state(client)["waiting"]:
                break
        waiting = state(client)["waiting"]
        began = time.monotonic()
        code = roost.stop(20)
        took = time.monotonic() - began
        print(f"  ended in {took:.2f} s with {waiting} of {len(texts)} passages waiting")
        wrong = [f"it took {took:.1f} s to end"] * (took > 3) + [f"exit code {code}"] * (code != 0)
        roost.start()
        client = Client(roost.url)
        now = state(client)
        wrong += [f"{now['passages']} of {len(texts)} passages are there"] * (now["passages"] != len(texts))
        end = time.monotonic() + 60
        while state(client)["waiting"] >= waiting > 0 and time.monotonic() < end:
            time.sleep(0.1)
        wrong += ["what waited is not embedded after the restart"] * (state(client)["waiting"] >= waiting > 0)
        return wrong + ["nothing was left to embed: nothing was proved"] * (not waiting)
    finally:
        roost.__exit__()


def folder_deleted(_, seed):
    """The index's files are deleted while they are used: searches go on and find everything."""
    wrong = []
    with server() as roost:
        client = Client(roost.url, timeout=60)
        place = archive(client)
        texts = fill(client, place, 1000) + fill(client, place, 1000)
        wrong += settle(client)
        folder = roost.home / "roost.db-vectors"
        for number in range(20):
            shutil.rmtree(folder, ignore_errors=True)
            text = f"after deletion {number} z{seed}"
            client.post(f"/v1/archives/{place}/passages", {"text": text})
            wrong += seen(client, text) + seen(client, texts[number * 7])
        wrong += [c for c in [storm.check(roost)] if c]
    return wrong


def copy_of_model(folder):
    copied = folder / "model"
    shutil.copytree(MODEL, copied, ignore=shutil.ignore_patterns("*.packed"))
    return copied


def packed_file_cut(_, seed):
    """A packed model that was cut off or garbled at its frame while nobody used it is made again."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-model-"))
    wrong = []
    try:
        model = copy_of_model(folder)
        for size in (None, 0, 63, 4096, -1):
            for packed in model.glob("*.packed"):
                if size is not None:
                    os.truncate(packed, size if size >= 0 else packed.stat().st_size - 1)
            with server(model=model) as roost:
                client = Client(roost.url)
                client.post(f"/v1/archives/{archive(client)}/passages", {"text": "here it is"})
                wrong += [f"cut to {size}: {c}" for c in seen(client, "here it is")]
        return wrong
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def full_disk(_, seed):
    """No room for the index's file, nor for the packed model: searches work, and space brings the files back."""
    if os.geteuid() != 0:
        print("  left out: a small file system can only be mounted by root")
        return []
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-disk-"))
    try:
        place = SmallDisk(folder)
    except (subprocess.CalledProcessError, FileNotFoundError):
        print("  left out: a tmpfs cannot be mounted here")
        return []
    roost = server(home=folder)
    roost.log = pathlib.Path(tempfile.mkstemp(prefix="roost-disk-", suffix=".log")[1])
    models = pathlib.Path(tempfile.mkdtemp(prefix="roost-model-"))
    try:
        wrong = index_without_room(roost, place)
        roost.stop()
        # The cache of the packed model is on the full disk, and the model's folder takes none.
        model = copy_of_model(models)
        os.mkdir(model / "roost-bf16.packed")
        os.mkdir(model / "roost-fp32.packed")
        place.fill(roost)
        # Enough for the database, not for a model.
        os.truncate(place.filler, place.filler.stat().st_size - 4 * MEGABYTE)
        roost.env["ROOST_EMBEDDING_MODEL"] = str(model)
        return wrong + model_without_room(roost, place)
    finally:
        roost.stop()
        place.close()
        roost.log.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(models, ignore_errors=True)


def index_without_room(roost, place):
    roost.start()
    client = Client(roost.url, timeout=60)
    texts = []
    home = archive(client)
    for _ in range(3):
        texts += fill(client, home, 1000)
    wrong = settle(client)
    index = roost.home / "roost.db-vectors"
    shutil.rmtree(index, ignore_errors=True)
    place.fill(roost)
    for text in texts[::300]:
        wrong += seen(client, text)
    time.sleep(1)
    wrong += ["a file was made on a full disk"] * bool(list(index.glob("*.index")))
    wrong += ["a part was left"] * bool(list(index.glob("*.part-*")))
    place.free(roost)
    for text in texts[::300]:
        wrong += seen(client, text)
    return wrong + ([] if roost.running() else ["the server died: " + roost.log_tail(500)])


def model_without_room(roost, place):
    wrong = []
    try:
        roost.start()
    except RuntimeError as error:
        return [f"it does not start without room for the packed model: {error}"]
    mode = search(Client(roost.url), "anything")["mode"]
    wrong += [f"searched by {mode} without a model"] * (mode == "hybrid")
    roost.stop()
    place.free(roost)
    wrong += [f"left behind: {p}" for p in roost.home.glob("models/*.new")]
    return wrong


DRILLS = [kills, two_servers, terminated, folder_deleted, packed_file_cut, full_disk]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--only", choices=[drill.__name__ for drill in DRILLS])
    asked = options.parse_args()
    if not (MODEL / "config.json").exists():
        print(f"embedding: there is no model in {MODEL}: make bootstrap", file=sys.stderr)
        return 1
    failed = False
    for drill in DRILLS:
        if asked.only in (None, drill.__name__):
            print(f"embedding: {drill.__name__}, seed {asked.seed}", flush=True)
            for complaint in drill(asked.rounds, asked.seed)[:20]:
                failed = True
                print(f"  {complaint}")
    print("embedding: " + ("FAILED" if failed else "ok"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

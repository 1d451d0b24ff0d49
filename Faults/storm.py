"""A storm of writes, and the ledger of what the server has acknowledged of it."""

import contextlib
import http.client
import pathlib
import random
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Scripts"))

from proof.client import Client  # noqa: E402

LOST = (OSError, http.client.HTTPException)


class Ledger:
    """What one writer was promised. `unsure` holds what was sent last and never answered: it may be there or not."""

    def __init__(self):
        self.agents, self.blocks, self.passages = {}, {}, {}
        self.unsure = {}
        self.acknowledged = 0
        self.refused = []


class Writer(threading.Thread):
    """Writes on a connection of its own until `stop` is set or the server goes away."""

    def __init__(self, url, number, stop, seed=0, refusals=()):
        super().__init__(daemon=True)
        self.client = Client(url, timeout=60)
        self.number, self.stop, self.dice = number, stop, random.Random(seed * 1000 + number)
        self.refusals = refusals  # statuses that count as an honest no and do not end the writer
        self.ledger, self.home, self.count, self.broken = Ledger(), None, 0, None

    def run(self):
        try:
            while not self.stop.is_set():
                self.dice.choices(
                    [self.new_passage, self.new_passages, self.new_block, self.change_block, self.new_agent],
                    [40, 5, 20, 25, 10],
                )[0]()
        except LOST:
            pass  # the server was killed under us: what was in flight is in `unsure`
        except AssertionError as error:
            self.broken = error
        finally:
            self.client.close()

    def send(self, method, path, body):
        reply = self.client.request(method, path, body)
        if reply.status in self.refusals:
            self.ledger.refused.append((reply.status, reply.detail))
            return None
        assert reply.status in (200, 201), f"{method} {path}: {reply!r}"
        self.ledger.acknowledged += 1
        return reply.json()

    def word(self):
        self.count += 1
        return f"w{self.number}n{self.count}r{self.dice.randrange(10**9)}"

    def new_agent(self):
        name = self.word()
        blocks = [{"label": "human", "value": name}, {"label": "persona", "value": "p" * self.dice.randrange(2000)}]
        made = self.send(
            "POST", "/v1/agents/", {"name": name, "model": "a/b", "memory_blocks": blocks, "tags": ["storm"]}
        )
        if made:
            self.ledger.agents[made["id"]] = name
            self.home = self.home or made["id"]

    def new_passage(self):
        if not self.home:
            return self.new_agent()
        text = self.word() + " " + "text " * self.dice.randrange(200)
        made = self.send("POST", f"/v1/agents/{self.home}/archival-memory", {"text": text, "tags": ["storm"]})
        if made:
            self.ledger.passages.setdefault(self.home, {})[made[0]["id"]] = text
            self.archive = made[0]["archive_id"]

    def new_passages(self):
        if not getattr(self, "archive", None):
            return self.new_passage()
        texts = [self.word() for _ in range(20)]
        body = {"passages": [{"text": text} for text in texts]}
        made = self.send("POST", f"/v1/archives/{self.archive}/passages/batch", body)
        if made:
            self.ledger.passages.setdefault(self.home, {}).update((p["id"], p["text"]) for p in made)

    def new_block(self):
        value = self.word()
        made = self.send("POST", "/v1/blocks/", {"label": "storm", "value": value})
        if made:
            self.ledger.blocks[made["id"]] = value

    def change_block(self):
        if not self.ledger.blocks:
            return self.new_block()
        block = self.dice.choice(list(self.ledger.blocks))
        value = self.word()
        self.ledger.unsure[block] = value
        if self.send("PATCH", f"/v1/blocks/{block}", {"value": value}):
            self.ledger.blocks[block] = value
            del self.ledger.unsure[block]


class Storm:
    """`with Storm(url, writers=16) as storm: ...` then `storm.missing(client)` names what was promised and is gone."""

    def __init__(self, url, writers=16, seed=0, refusals=()):
        self.stop = threading.Event()
        self.writers = [Writer(url, number, self.stop, seed, refusals) for number in range(writers)]

    def __enter__(self):
        for writer in self.writers:
            writer.start()
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.stop.set()
        for writer in self.writers:
            writer.join(70)
            assert not writer.is_alive(), "a writer hangs: a request was never answered"

    @property
    def ledgers(self):
        return [writer.ledger for writer in self.writers]

    @property
    def acknowledged(self):
        return sum(ledger.acknowledged for ledger in self.ledgers)

    @property
    def broken(self):
        """Answers that were neither an acknowledgement nor an allowed refusal."""
        return [str(writer.broken) for writer in self.writers if writer.broken]

    def copy(self):
        """What has been acknowledged until now, while the storm goes on."""
        copies = []
        for ledger in self.ledgers:
            copied = Ledger()
            copied.agents = dict(list(ledger.agents.items()))
            copied.passages = {agent: dict(list(found.items())) for agent, found in list(ledger.passages.items())}
            copied.blocks = dict.fromkeys(list(ledger.blocks))  # values move on: only that the block is there
            copies.append(copied)
        return copies


def missing(client, ledgers):
    """Everything in the ledgers that the server does not have, or has differently."""
    lost = []
    agents = {a["id"]: a["name"] for a in client.every("/v1/agents/", {"include_relationships": "tags"}, size=500)}
    blocks = {b["id"]: b["value"] for b in client.every("/v1/blocks/", size=1000)}
    for ledger in ledgers:
        lost += [f"agent {i} {name}" for i, name in ledger.agents.items() if agents.get(i) != name]
        for block, value in ledger.blocks.items():
            wanted = {value, ledger.unsure.get(block, value)}
            if block not in blocks or (value is not None and blocks[block] not in wanted):
                lost.append(f"block {block}: {blocks.get(block)!r} instead of {wanted}")
        for agent, passages in ledger.passages.items():
            found = {}
            with contextlib.suppress(AssertionError):  # an agent that is gone has lost all its passages
                found = {p["id"]: p["text"] for p in client.every(f"/v1/agents/{agent}/archival-memory", size=1000)}
            lost += [f"passage {i} of {agent}" for i, text in passages.items() if found.get(i) != text]
    return lost


def check(server):
    """`roost db check` on the file, and SQLite's own opinion: nothing, or what they say."""
    code, out, errors = server.command("db", "check", timeout=300)
    if code != 0:
        return f"roost db check: exit code {code}: {(out + errors)[-500:]}"
    return None

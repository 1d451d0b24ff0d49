"""What is measured: the same requests for every server, and the data that they need."""

import random
import urllib.parse

THINGS = "cache queue parser index session token router ledger worker socket buffer schema".split()
VERBS = "drops loses warms rebuilds retries locks renames verifies compresses splits".split()
PLACES = "staging production checkout billing search gateway dashboard importer archive mobile".split()
WORDS = [f"term{number}" for number in range(4000)]


def fact(number):
    """One note of about 25 words: a findable sentence and words of a long-tailed vocabulary."""
    dice = random.Random(number)
    sentence = f"The {dice.choice(THINGS)} {dice.choice(VERBS)} entries in {dice.choice(PLACES)} since build {number}."
    return sentence + " " + " ".join(WORDS[int(dice.paretovariate(0.6)) % len(WORDS)] for _ in range(15))


def question(number):
    dice = random.Random(number * 7919)
    return f"why {dice.choice(THINGS)} {dice.choice(VERBS)} {dice.choice(PLACES)} {WORDS[dice.randrange(len(WORDS))]}"


def agent_body(name):
    return {
        "name": name,
        "model": "openai/gpt-4o-mini",
        "embedding": "openai/text-embedding-3-small",
        "memory_blocks": [
            {"label": "human", "value": "Name: Robin. Works on the importer and prefers short answers."},
            {"label": "persona", "value": "I keep the project's memory and bring it up when it matters."},
            {"label": "project", "value": "Moving the importer from nightly batches to a queue."},
        ],
    }


class Ground:
    """The data under the operations: agents to read and change, and one agent with many passages."""

    def __init__(self, client):
        self.client = client
        self.readers = [self.make(f"reader-{n}") for n in range(64)]
        self.searched = self.make("searched")
        first = client.post(f"/v1/agents/{self.searched}/archival-memory", {"text": fact(0)})
        self.archive = first.json()[0]["archive_id"]
        self.passages, self.agents = 1, 65

    def make(self, name):
        reply = self.client.post("/v1/agents/", agent_body(name))
        assert reply.status == 200, reply
        return reply.json()["id"]

    def grow_passages(self, wanted):
        while self.passages < wanted:
            size = min(200, wanted - self.passages)
            body = {"passages": [{"text": fact(self.passages + n)} for n in range(size)]}
            reply = self.client.post(f"/v1/archives/{self.archive}/passages/batch", body)
            assert reply.status == 200, reply
            self.passages += size

    def grow_agents(self, wanted):
        while self.agents < wanted:
            self.make(f"listed-{self.agents}")
            self.agents += 1

    def get_agent(self, n):
        return "GET", f"/v1/agents/{self.readers[0]}", None

    def get_block(self, n):
        return "GET", f"/v1/agents/{self.readers[0]}/core-memory/blocks/human", None

    def patch_block(self, n):
        value = f"Name: Robin. Revision {n}. {fact(n)}"
        return "PATCH", f"/v1/agents/{self.readers[n % 64]}/core-memory/blocks/human", {"value": value}

    def insert_passage(self, n):
        return "POST", f"/v1/agents/{self.readers[n % 64]}/archival-memory", {"text": fact(10**6 + n)}

    def create_agent(self, n):
        return "POST", "/v1/agents/", agent_body(f"made-{n}")

    def list_agents_50(self, n):
        return "GET", "/v1/agents/?limit=50", None

    def list_agents_500(self, n):
        return "GET", "/v1/agents/?limit=500", None

    def search(self, n):
        words = urllib.parse.quote(question(n))
        return "GET", f"/v1/agents/{self.searched}/archival-memory/search?top_k=10&query={words}", None

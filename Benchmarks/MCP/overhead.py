#!/usr/bin/env python3
"""CPU of the server for one tool call over /mcp, less that of the REST call that answers the same question.

Benchmarks/MCP/overhead.py             about half a minute
Benchmarks/MCP/overhead.py --rounds 80 longer
Benchmarks/MCP/overhead.py --strict    exit code 1 when a difference is above the goal
"""

import argparse
import http.client
import json
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "Scripts"), str(HERE.parents[1] / "Contract" / "mcp")]

from proof import process  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.server import Server  # noqa: E402
from support.raw import STATELESS, Endpoint, message, stateless  # noqa: E402

GOAL = 0.3
FACTS = (
    "We chose SQLite because one file is easy to back up.",
    "Deploys happen on Tuesdays, after the tests are green.",
    "The parser must not block the event loop.",
    "ERR_CERT_DATE_INVALID meant that the clock of the container was wrong.",
    "Ada prefers short answers and tea.",
)


class Lane:
    """One kind of request, or several that belong together, again and again on a connection of its own."""

    def __init__(self, port, requests, headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.requests, self.headers = requests, headers
        self.costs, self.sent = [], 0

    def once(self):
        content = b""
        for method, path, body in self.requests:
            self.sent += 1
            # Every request of a session has an id of its own.
            sent = None if body is None else json.dumps(body).replace('"id": 4711', f'"id": {self.sent}').encode()
            self.connection.request(method, path, sent, self.headers)
            answer = self.connection.getresponse()
            content = answer.read()
            assert answer.status == 200, (path, answer.status, content[:300])
        return content

    def batch(self, pid, count):
        before = process.precise_cpu_seconds(pid)
        for _ in range(count):
            self.once()
        self.costs.append((process.precise_cpu_seconds(pid) - before) / count * 1000)


def ground(roost, passages):
    """An agent with blocks and passages."""
    client = Client(roost.url)
    blocks = [{"label": label, "value": "A block of some text. " * 20} for label in ("human", "persona", "learnings")]
    body = {"name": "bench", "model": "openai/gpt-4o-mini", "embedding": "openai/text-embedding-3-small"}
    agent = client.post("/v1/agents/", {**body, "memory_blocks": blocks}).json()["id"]
    for number in range(passages):
        text = f"{FACTS[number % len(FACTS)]} Note {number}."
        assert client.post(f"/v1/agents/{agent}/archival-memory", {"text": text}).status == 200
    return agent


def lanes(roost, tool, arguments, rest):
    """The REST calls, the tool call of a session, the tool call without one."""
    endpoint = Endpoint(f"{roost.url}/mcp")
    endpoint.greet()
    params = {"name": tool, "arguments": arguments}
    plain = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "curl/8.5.0"}
    routing = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/call", "Mcp-Name": tool}
    bodies = {
        "session": (message("tools/call", params, 4711), endpoint.prepared({})),
        "stateless": (stateless("tools/call", params, 4711), Endpoint(roost.url).prepared(routing)),
    }
    found = {"REST": Lane(roost.port, rest, plain)}
    for name, (body, headers) in bodies.items():
        found[name] = Lane(roost.port, [("POST", "/mcp", body)], headers)
        content = found[name].once().decode()
        answer = json.loads(content[content.index("{") : content.rindex("}") + 1])
        assert answer["result"]["isError"] is False, answer
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--model", help="an embedding model; without one words alone are searched")
    parser.add_argument("--strict", action="store_true")
    wanted = parser.parse_args()
    missed = False
    # Without a model, so that the small difference is not lost in what embedding a question costs.
    with Server(env={"ROOST_EMBEDDING_MODEL": wanted.model or "none"}) as roost:
        agent = ground(roost, wanted.passages)
        question = {"query": "easy to back up", "agent_id": agent, "limit": 5}
        blocks, whole = ("GET", f"/v1/agents/{agent}/core-memory/blocks", None), ("GET", f"/v1/agents/{agent}", None)
        calls = [
            ("recall", {**question, "sources": ["archival"]}, [("POST", "/v1/roost/search", question)]),
            ("read_memory", {"agent_id": agent}, [blocks]),
            ("read_memory, agent too", {"agent_id": agent}, [whole, blocks]),
        ]
        print(f"{'CPU of one call, ms':24} {'REST':>8} {'session':>8} {'more':>8} {'stateless':>10} {'more':>8}")
        for name, arguments, rest in calls:
            found = lanes(roost, name.split(",")[0], arguments, rest)
            for lane in found.values():
                for _ in range(wanted.batch):
                    lane.once()
            for _ in range(wanted.rounds):
                for lane in found.values():
                    lane.batch(roost.pid, wanted.batch)
            cost = {kind: statistics.median(lane.costs) for kind, lane in found.items()}
            more = {kind: cost[kind] - cost["REST"] for kind in ("session", "stateless")}
            missed |= max(more.values()) > GOAL
            print(
                f"{name:24} {cost['REST']:8.3f} {cost['session']:8.3f} {more['session']:+8.3f} "
                f"{cost['stateless']:10.3f} {more['stateless']:+8.3f}"
            )
        print(f"goal: at most {GOAL} ms more. {wanted.rounds} rounds of {wanted.batch} calls, medians.")
    return 1 if missed and wanted.strict else 0


if __name__ == "__main__":
    sys.exit(main())

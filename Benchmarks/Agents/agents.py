#!/usr/bin/env python3
"""What an agent costs beside its model: CPU of a step, delay of a stream, many streams at once, long conversations.

    Benchmarks/Agents/agents.py                    everything, some three minutes
    Benchmarks/Agents/agents.py --quick            a look, about one minute
    Benchmarks/Agents/agents.py --only steps streams
    Benchmarks/Agents/agents.py --out run.json     keep the numbers

The model is the scripted one (Scripts/proof/model.py), which answers at once. Measure a release build (ROOST_BIN names
one). A reply that is not what was scripted ends the run with an error: nothing that did not happen is measured.
"""

import argparse
import json
import os
import pathlib
import platform
import resource
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

import streams  # noqa: E402
from proof import process  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.events import Events  # noqa: E402
from proof.model_process import Model  # noqa: E402
from proof.server import Server, binary  # noqa: E402

# Letta 0.16.8 on PostgreSQL, two cores, its model at 0 ms: CPU of the server and the database for one message, in ms.
PREDECESSOR = {"plain": 299, "with a tool call": 597, "streamed": 370}


class Broken(Exception):
    """What was to be measured did not happen."""


class Bench:
    def __init__(self, server, model, asked):
        self.server, self.model, self.asked = server, model, asked
        self.client = Client(server.url, timeout=120)
        self.edits = {}

    def agent(self, **fields):
        block = {"label": "human", "value": "Name: Ada"}
        body = {"model": "openai/gpt-4o-mini", "memory_blocks": [block], **fields}
        reply = self.client.post("/v1/agents/", body)
        if reply.status != 200:
            raise Broken(f"no agent: {reply!r}")
        return reply.json()["id"]

    def ask(self, agent, text):
        """Sends and checks that the answer ends with the word that was asked for."""
        reply = self.client.post(f"/v1/agents/{agent}/messages", {"input": text})
        if reply.status != 200 or reply.json()["messages"][-1].get("content") != "done":
            raise Broken(f"no answer: {reply!r}")

    def edit(self, agent):
        """The same, after the model changed the agent's memory."""
        self.edits[agent] = self.edits.get(agent, 0) + 1
        old, new = ("Ada", "Eve") if self.edits[agent] % 2 else ("Eve", "Ada")
        arguments = json.dumps({"label": "human", "old_string": old, "new_string": new})
        self.ask(agent, f"CALL memory_replace {arguments}\nREPLY done")

    def stream(self, agent, text):
        with Events(
            self.server.url, f"/v1/agents/{agent}/messages/stream", {"input": text, "stream_tokens": True}
        ) as events:
            said = [d.get("content") or "" for d in events.messages() if d["message_type"] == "assistant_message"]
        if "".join(said) != "done":
            raise Broken(f"no stream: {said}")

    def measured(self, act, agents, count, steps):
        """Median time and CPU of the server for an act, in ms; the model has to be asked `steps` times for each."""
        for agent in agents:
            act(agent)
        asked_before = self.model.stats()["requests"]
        times, cpu = [], process.cpu_seconds(self.server.pid)
        for number in range(count):
            began = time.perf_counter()
            act(agents[number % len(agents)])
            times.append(time.perf_counter() - began)
        cpu = process.cpu_seconds(self.server.pid) - cpu
        asked = self.model.stats()["requests"] - asked_before
        if asked != count * steps:
            raise Broken(f"the model was asked {asked} times, not {count * steps}")
        if cpu <= 0:
            raise Broken("the server used no CPU: more requests are needed")
        times.sort()
        return {"p50_ms": round(times[count // 2] * 1000, 3), "cpu_ms": round(cpu * 1000 / count, 3), "requests": count}

    # --- what is measured ---------------------------------------------------------------------------------------------

    def steps(self):
        """CPU of the server for one message: in words, with a call of a tool (two steps), streamed by tokens."""
        count = 60 if self.asked.quick else 300
        kinds = {
            "plain": (lambda agent: self.ask(agent, "REPLY done"), 1),
            "with a tool call": (self.edit, 2),
            "streamed": (lambda agent: self.stream(agent, "REPLY done"), 1),
        }
        cells = {}
        for name, (act, steps) in kinds.items():
            # Several agents, so that no conversation grows long.
            agents = [self.agent() for _ in range(10)]
            cells[name] = self.measured(act, agents, count, steps)
            if name == "with a tool call":
                self.check_edits(agents)
            cells[name]["ratio"] = round(PREDECESSOR[name] / cells[name]["cpu_ms"], 1)
        print(f"{'one message':<20}{'p50 ms':>9}{'CPU ms':>9}{'Letta CPU ms':>14}{'times less':>12}")
        for name, cell in cells.items():
            print(
                f"{name:<20}{cell['p50_ms']:>9.2f}{cell['cpu_ms']:>9.2f}{PREDECESSOR[name]:>14}{cell['ratio']:>11.0f}x"
            )
        return cells

    def check_edits(self, agents):
        for agent in agents:
            value = self.client.get(f"/v1/agents/{agent}/core-memory/blocks/human").json()["value"]
            if value != ("Name: Eve" if self.edits[agent] % 2 else "Name: Ada"):
                raise Broken(f"the memory was not changed: {value!r}")

    def first(self):
        """From the model's first piece to ours, one stream at a time."""
        agent, delays = self.agent(), []
        count = 30 if self.asked.quick else 150
        for number in range(count):
            if number % 30 == 0:
                agent = self.agent()
            body = {"input": "GAP 0.01\nSTAMPS 5", "stream_tokens": True}
            with Events(self.server.url, f"/v1/agents/{agent}/messages/stream", body) as events:
                piece = events.first("assistant_message")["content"]
                delays.append(time.time() - float(piece.split()[0]))
                list(events)
        cell = streams.summary(delays)
        print(f"\nfirst piece of a stream: {cell['p50_ms']:.2f} ms after the model's (p99 {cell['p99_ms']:.2f})")
        return cell

    def streams(self):
        """Many agents talk at once, each a stream of 20 tokens a second; what the server adds to each token."""
        count = self.asked.streams or (100 if self.asked.quick else 500)
        tokens = 60 if self.asked.quick else 300
        made = [f"/v1/agents/{self.agent()}/messages/stream" for _ in range(count)]
        words = f"GAP 0.05\nSTAMPS {tokens}"
        alone = streams.run(self.model.url, ["/v1/chat/completions"] * count, streams.to_model(words), tokens)
        before, cpu = process.memory(self.server.pid)["rss"], process.cpu_seconds(self.server.pid)
        with streams.Peak(self.server.pid) as peak:
            through = streams.run(self.server.url, made, {"input": words, "stream_tokens": True}, tokens)
        cpu = process.cpu_seconds(self.server.pid) - cpu
        time.sleep(1)
        cell = {
            "streams": count,
            "tokens": count * tokens,
            "through": through,
            "alone": alone,
            "cpu_s": round(cpu, 2),
            "cpu_us_per_token": round(cpu * 1e6 / (count * tokens), 1),
            "memory_mib": {
                "before": round(before, 1),
                "peak": round(peak.rss, 1),
                "after": round(process.memory(self.server.pid)["rss"], 1),
            },
        }
        added = {name: through[name] - alone[name] for name in ("p50_ms", "p99_ms")}
        memory = cell["memory_mib"]
        print(f"\n{count} streams of 20 tokens/s, {tokens} tokens each: delay of a token, ms")
        print(f"  through the server   p50 {through['p50_ms']:8.2f}   p99 {through['p99_ms']:8.2f}")
        print(f"  from the model alone p50 {alone['p50_ms']:8.2f}   p99 {alone['p99_ms']:8.2f}")
        print(f"  added                p50 {added['p50_ms']:8.2f}   p99 {added['p99_ms']:8.2f}")
        print(f"  CPU {cell['cpu_us_per_token']} us a token, {cpu:.1f} s in all")
        print(f"  memory, MiB: {memory['before']} before, {memory['peak']} at most, {memory['after']} after")
        return cell

    def length(self):
        """A step with very many stored messages against one with a hundred; both show the model as much."""
        count, cells = (30 if self.asked.quick else 150), {}
        long = 2_000 if self.asked.quick else 10_000
        for stored in (100, long):
            agent = self.stored(stored)
            cells[stored] = self.measured(lambda one: self.ask(one, "REPLY done"), [agent], count, 1)
        ratio = cells[long]["cpu_ms"] / cells[100]["cpu_ms"]
        print(f"\na step with 100 messages stored: {cells[100]['cpu_ms']:.2f} ms CPU; with {long}: ", end="")
        print(f"{cells[long]['cpu_ms']:.2f} ms, {ratio:.2f} times as much")
        return {"100": cells[100], str(long): cells[long], "ratio": round(ratio, 2)}

    def stored(self, count):
        """An agent with so many stored messages, all but the last few of which are summarised."""
        turns = []
        for number in range(count // 2):
            turns += [
                {"role": "user", "content": f"This is remark number {number} about the weather."},
                {"role": "assistant", "content": f"I have heard remark number {number}."},
            ]
        agent = self.agent(initial_message_sequence=turns, context_window_limit=1_000_000)
        self.model.script("They spoke about the weather.")
        settings = {"compaction_settings": {"mode": "all", "model": "openai/gpt-4o-mini"}}
        reply = self.client.post(f"/v1/agents/{agent}/summarize", settings)
        self.model.reset()
        context = self.client.get(f"/v1/agents/{agent}/context").json()
        if reply.status != 200 or context["num_recall_memory"] < count or context["num_messages"] > 10:
            found = {name: context.get(name) for name in ("num_recall_memory", "num_messages")}
            raise Broken(f"no conversation of {count} messages: {reply!r}, {found}")
        return agent


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--only", nargs="*", choices=["steps", "first", "streams", "length"], default=[])
    options.add_argument("--streams", type=int, default=0, help="so many at once instead of 500")
    options.add_argument("--out")
    asked = options.parse_args()
    # Two sockets of the server for each stream, one of the client and one of the model.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"{binary()} on {os.cpu_count()} cores, {platform.release()}, load {os.getloadavg()[0]:.1f}\n", flush=True)
    kept = {"machine": {"cores": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}}
    for name in asked.only or ["steps", "first", "streams", "length"]:
        with Model() as model, Server(env=model.environment()) as server:
            try:
                kept[name] = getattr(Bench(server, model, asked), name)()
            except (Broken, AssertionError) as error:
                print(f"{name}: nothing was measured. {error}", file=sys.stderr)
                return 1
            if told := model.stats()["violation_texts"]:
                print(f"{name}: the model was sent what its service would refuse: {told[0]}", file=sys.stderr)
                return 1
    if asked.out:
        pathlib.Path(asked.out).write_text(json.dumps(kept, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

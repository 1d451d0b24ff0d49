#!/usr/bin/env python3
"""Agents whose model fails and whose server is killed: each answers the next message, and what was seen is there.

Faults/agents.py [--kills 8] [--seed N] [--only providers refusals silence leavers kills]
Faults/agents.py --kills 50 --thorough        as before a release
"""

import argparse
import concurrent.futures
import random
import sys
import time

import drills
import storm
from proof.events import Events
from proof.model_process import Model
from proof.server import Server
from talkers import GONE, Conversation, Talker

HANDLES = ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5-20250929", "google_ai/gemini-2.5-flash")
WELL = ("end_turn", "tool_rule", "max_steps", "requires_approval")
WORDS = "many words that are cut off somewhere in their middle"
FAILURES = {
    "401": {"fault": {"kind": "authentication"}},
    "429": {"fault": {"kind": "rate_limit", "retry_after": 0}},
    "500": {"fault": {"kind": "server_error"}},
    "overloaded": {"fault": {"kind": "overloaded"}},
    "too long for the model": {"fault": {"kind": "context_length"}},
    "cut": {"text": WORDS, "fault": {"kind": "cut", "bytes": 300}},
    "reset": {"text": WORDS, "fault": {"kind": "reset", "bytes": 200}},
    "reset before the head": {"fault": {"kind": "reset"}},
    "ended without an end": {"text": WORDS, "fault": {"kind": "unfinished", "said": 1}},
    "garbage": {"text": WORDS, "fault": {"kind": "garbage", "said": 1}},
    "error inside the stream": {"text": WORDS, "fault": {"kind": "error_event", "said": 1}},
    "a page of a proxy": {"fault": {"kind": "html"}},
}
ODDITIES = {
    "nothing": {},
    "a refusal": {"refuse": "I will not."},
    "arguments that are no JSON": {"calls": [["memory_insert", '{"label": "human", "new_']]},
    "arguments that are no object": {"calls": [["memory_insert", "[1, 2]"]]},
    "no arguments": {"calls": [["memory_insert", ""]]},
    "a tool that is not there": {"calls": [["no_such_tool", {}]]},
    "cut off by the limit": {"text": "as far as", "finish": "length"},
    "a megabyte": {"fault": {"kind": "huge", "bytes": 1_000_000}},
}


def violations(model):
    """What was sent to the model that its service would have refused."""
    return [f"the model was sent: {text}" for text in model.stats()["violation_texts"]]


def fail(talker, model, script, streams):
    """One message to an agent whose model does that: whether its client was told, and what rules were broken."""
    # A failure that passes is tried again; what is odd happens once.
    often = 50 if "fault" in script and script["fault"]["kind"] != "huge" else 1
    model.script({**script, "when": talker.name, "times": often})
    talker.stopped = None
    if streams:
        _, error = talker.stream(f"{talker.name} hello", stream_tokens=True)
        failed = error is not None
    else:
        failed = talker.send(f"{talker.name} hello").status >= 400
    broken = violations(model)
    model.reset()
    return failed or talker.stopped not in WELL, broken


def tried(server, model, scripts, thorough):
    """Every script with every provider, by reply and by stream: (what, whether its client was told, complaints)."""
    for handle in HANDLES:
        talker = Talker(server.url, handle)
        for turn in ("before", "and before that"):
            talker.send(f"{turn}\n{talker.next_turn()}")
        for place, (name, script) in enumerate(scripts.items()):
            for streams in ways(place, HANDLES.index(handle), thorough):
                where = f"{name}, {handle}, {'stream' if streams else 'reply'}"
                failed, broken = fail(talker, model, script, streams)
                yield where, failed, [*broken, *talker.complaints(), *violations(model)]


def ways(place, provider, thorough):
    """By reply, by stream, or both; passing failures are tried again after a while, so a short run meets each once."""
    if thorough:
        return (False, True)
    return ((place // len(HANDLES)) % 2 == 1,) if place % len(HANDLES) == provider else ()


def providers(home, asked):
    """A provider that fails in every way: the client is told, and the agent answers the next message."""
    with Model() as model, Server(home=home, env=model.environment()) as server:
        for where, failed, complaints in tried(server, model, FAILURES, asked.thorough):
            if not failed:
                yield f"{where}: nobody was told"
            for complaint in complaints:
                yield f"{where}: {complaint}"


def refusals(home, asked):
    """A model that answers oddly: the agent answers the next message, and the provider would take its history."""
    with Model() as model, Server(home=home, env=model.environment()) as server:
        for where, _, complaints in tried(server, model, ODDITIES, asked.thorough):
            for complaint in complaints:
                yield f"{where}: {complaint}"


def silence(home, asked):
    """A provider that says nothing (more): the one who waits leaves or cancels, and the agent is free again."""
    with Model() as model, Server(home=home, env=model.environment()) as server:
        for place in ({"after": -1}, {"after": 0}, {"said": 1}):
            for way in (leave, cancel):
                where = f"silence at {place}, who waits {way.__name__}s"
                talker = Talker(server.url)
                model.script({"text": WORDS, "when": talker.name, "fault": {"kind": "stall", **place}})
                for complaint in way(talker, model, "said" in place):
                    yield f"{where}: {complaint}"
                if left_open(model):
                    yield f"{where}: the connection to the provider stays open"
                model.reset()
                for complaint in [*talker.complaints(), *violations(model)]:
                    yield f"{where}: {complaint}"


def left_open(model):
    """Whether a request to the model is still not over after a while."""
    try:
        model.wait(lambda stats: stats["answering"] == 0)
        return False
    except AssertionError:
        return True


def leave(talker, model, has_words):
    """Begins a stream and goes away while the model is silent."""
    events = Events(talker.url, talker.path + "/stream", {"input": f"{talker.name} x", "stream_tokens": True})
    if has_words:
        events.first("assistant_message")
    model.wait(lambda stats: stats["answering"] == 1)
    events.close()
    yield from ()


def cancel(talker, model, has_words):
    """Begins a run, waits for nothing and cancels it."""
    run = talker.client.post(talker.path + "/async", {"input": f"{talker.name} x"}).json()["id"]
    model.wait(lambda stats: stats["answering"] == 1)
    reply = talker.client.post(f"{talker.path}/cancel", {"run_ids": [run]})
    if reply.status != 200 or reply.json() != {run: "cancelled"}:
        yield f"cancelling: {reply!r}"


def leavers(home, asked):
    """Clients that go away in the middle of streams, again and again, of several agents at once."""
    dice = random.Random(asked.seed)

    def go(talker):
        own = random.Random(talker.name)
        for _ in range(8):
            try:
                talker.stream(talker.next_turn(), leave_after=own.randint(0, 3), stream_tokens=own.random() < 0.5)
            except GONE:
                # Busy with what the last one left behind.
                time.sleep(0.05)

    with Model("--gap", "0.01", "--latency", "0.01") as model, Server(home=home, env=model.environment()) as server:
        talkers = [Talker(server.url, dice.choice(HANDLES)) for _ in range(6)]
        with concurrent.futures.ThreadPoolExecutor(len(talkers)) as pool:
            list(pool.map(go, talkers))
        for talker in talkers:
            yield from talker.complaints()
        yield from violations(model)
        if left_open(model):
            yield "connections to the provider stay open"


def kills(home, asked):
    """kill -9 at any point of conversations with tools: nothing that was seen is lost, no run stays, all go on."""
    dice, seen = random.Random(asked.seed), 0
    with Model("--gap", "0.003", "--latency", "0.01") as model:
        server = Server(home=home, env=model.environment())
        server.start()
        try:
            talkers = [Talker(server.url, HANDLES[n % 3]) for n in range(6)]
            waiting = asks_for_approval(server.url)
            for number in range(1, asked.kills + 1):
                complaints = [*killed(server, talkers, dice), *judged(server, talkers, waiting), *violations(model)]
                for complaint in complaints:
                    yield f"round {number}: {complaint}"
                before, seen = seen, sum(len(talker.seen) for talker in talkers)
                edits = sum(len(talker.edits) for talker in talkers)
                print(f"  round {number}: {seen - before} messages seen, {edits} edits so far", flush=True)
            if seen < asked.kills * 10:
                yield f"only {seen} messages were seen in {asked.kills} rounds: nothing was proved"
            yield from approved(waiting)
            if complaint := storm.check(server):
                yield complaint
        finally:
            server.stop()


def killed(server, talkers, dice):
    """A round: everybody talks, the server is killed."""
    talks = [Conversation(talker, random.Random(dice.random())) for talker in talkers]
    for talk in talks:
        talk.start()
    time.sleep(dice.uniform(0.05, 1.5))
    server.kill()
    for talk in talks:
        talk.stop()
        if talk.broken:
            yield talk.broken


def judged(server, talkers, waiting):
    """What is wrong after the next start."""
    server.start()
    for talker in [*talkers, waiting]:
        talker.move(server.url)
    with concurrent.futures.ThreadPoolExecutor(len(talkers)) as pool:
        for found in pool.map(lambda talker: list(talker.complaints()), talkers):
            yield from found
    yield from still_waits(waiting)


def asks_for_approval(url):
    """An agent whose call of a tool waits for somebody to approve it."""
    talker = Talker(url)
    path = f"/v1/agents/{talker.id}/tools/approval/memory_insert"
    reply = talker.client.patch(path, {"requires_approval": True})
    assert reply.status == 200, reply
    reply = talker.send(talker.next_turn())
    assert reply.status == 200 and reply.json()["stop_reason"]["stop_reason"] == "requires_approval", reply
    talker.request = reply.json()["messages"][-1]
    return talker


def still_waits(talker):
    reply = talker.client.get(f"/v1/agents/{talker.id}", {"include": "agent.pending_approval"}).json()
    pending = reply.get("pending_approval") or {}
    if pending.get("id") != talker.request["id"]:
        yield f"{talker.name} does not wait for its approval any more: {pending}"
    yield from talker.forgotten()


def approved(talker):
    """After all the kills the approval is taken, and the edit is made once."""
    answer = {"type": "approval", "tool_call_id": talker.request["tool_call"]["tool_call_id"], "approve": True}
    reply = talker.client.post(talker.path, {"messages": [{"type": "approval", "approvals": [answer]}]})
    if reply.status != 200:
        yield f"{talker.name}: an approval after all the kills: {reply!r}"
        return
    talker.keep(reply.json()["messages"])
    if len(talker.edits) != 1:
        yield f"{talker.name}: what was approved was not done: {reply!r}"
    path = f"/v1/agents/{talker.id}/tools/approval/memory_insert"
    talker.client.patch(path, {"requires_approval": False})
    yield from talker.complaints()


DRILLS = [providers, refusals, silence, leavers, kills]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=8)
    options.add_argument(
        "--thorough", action="store_true", help="each failure of each provider, by reply and by stream"
    )
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--only", nargs="*", default=[])
    asked = options.parse_args()
    print(f"agents: seed {asked.seed}")
    return drills.run_in_new_folders("agents", DRILLS, asked)


if __name__ == "__main__":
    sys.exit(main())

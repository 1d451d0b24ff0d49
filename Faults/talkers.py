"""Conversations with agents for a drill: what a client saw is kept, and looked for afterwards."""

import http.client
import json
import threading
import time
import uuid

from proof.client import Client
from proof.events import Events

GONE = (OSError, http.client.HTTPException, ValueError, AssertionError)
SOON = 20.0


class Talker:
    """One agent, what its client saw of it (`seen`: (id, otid) to text), and what its memory was told (`edits`)."""

    def __init__(self, url, model="openai/gpt-4o-mini", **fields):
        self.name = "talker" + uuid.uuid4().hex[:8]
        self.seen, self.edits, self.runs, self.number, self.stopped = {}, set(), set(), 0, None
        self.move(url)
        block = {"label": "human", "value": "Name: Ada"}
        body = {"name": self.name, "model": model, "memory_blocks": [block], **fields}
        reply = self.client.post("/v1/agents/", body)
        assert reply.status == 200, reply
        self.id = reply.json()["id"]

    def move(self, url):
        """The server may be another one after it was killed."""
        self.url, self.client = url, Client(url, timeout=90)

    @property
    def path(self):
        return f"/v1/agents/{self.id}/messages"

    def send(self, text, **more):
        """The reply to a message; what it shows is kept."""
        reply = self.client.post(self.path, {"input": text, **more})
        if reply.status == 200:
            self.keep(reply.json()["messages"])
            self.stopped = reply.json()["stop_reason"]["stop_reason"]
        return reply

    def stream(self, text, leave_after=None, **more):
        """What a stream brought, each kept as it came: (messages, error event or None). May end early by itself."""
        messages, error = [], None
        with Events(self.url, self.path + "/stream", {"input": text, **more}, timeout=90) as events:
            for name, data in events:
                if data == "[DONE]" or (leave_after is not None and len(messages) >= leave_after):
                    break
                if name == "error":
                    error = data
                elif data["message_type"] == "stop_reason":
                    self.stopped = data["stop_reason"]
                elif data["message_type"] not in ("ping", "usage_statistics"):
                    messages.append(data)
                    if not more.get("stream_tokens"):
                        self.keep([data])
        return messages, error

    def keep(self, messages):
        for message in messages:
            if "otid" in message:
                self.seen[message["id"], message["otid"]] = shown(message)
                self.runs.add(message["run_id"])
            if message["message_type"] == "tool_return_message" and message["status"] == "success":
                self.edits |= {word for word in message["tool_return"].split() if word.startswith("mark-")}

    def next_turn(self):
        """Words that make the model edit memory and then answer; the mark is in the block afterwards."""
        self.number += 1
        mark = f"mark-{self.number}"
        arguments = json.dumps({"label": "human", "new_string": mark})
        return f"{mark}\nCALL memory_insert {arguments}\nREPLY done {self.number}"

    # --- afterwards: each yields what is wrong ------------------------------------------------------------------------

    def unfinished(self):
        """Runs have to end, whatever happened to whoever waited for them."""
        until = time.monotonic() + SOON
        while True:
            reply = self.client.get("/v1/runs/", {"agent_id": self.id, "active": "true"})
            assert reply.status == 200, f"the list of runs: {reply!r}"
            active = reply.json()
            if not active:
                return
            if time.monotonic() > until:
                yield f"{self.name}: {len(active)} runs are still {active[0]['status']} after {SOON:.0f} s"
                return
            time.sleep(0.1)

    def dumb(self):
        """It has to answer the next message."""
        until = time.monotonic() + SOON
        while (reply := self.send("REPLY well again")).status == 409 and time.monotonic() < until:
            if "PENDING_APPROVAL" in str(reply.body):
                break
            time.sleep(0.1)
        said = [m.get("content") for m in reply.json().get("messages", [])] if reply.status == 200 else reply
        # What was asked before a kill and never answered may be answered with it.
        if reply.status != 200 or not said or not str(said[-1]).endswith("well again"):
            yield f"{self.name} does not answer: {said}"

    def forgotten(self):
        """What was seen is stored as it was seen, and what memory was told is in it once."""
        stored = {(m["id"], m["otid"]): shown(m) for m in self.client.every(self.path)}
        lost = [key for key in self.seen if key not in stored]
        if lost:
            yield f"{self.name}: {len(lost)} of {len(self.seen)} messages that were seen are gone: {lost[:3]}"
        changed = [key for key, text in self.seen.items() if stored.get(key, text) != text]
        if changed:
            yield f"{self.name}: {len(changed)} messages read otherwise than they were seen: {changed[:3]}"
        block = self.client.get(f"/v1/agents/{self.id}/core-memory/blocks/human").json()["value"].split()
        if missing := self.edits - set(block):
            yield f"{self.name}: {len(missing)} of {len(self.edits)} edits of memory are gone: {sorted(missing)[:3]}"
        if twice := {word for word in block if word.startswith("mark-") and block.count(word) > 1}:
            yield f"{self.name}: edits of memory were made twice: {sorted(twice)[:3]}"
        for run in self.runs:
            if self.client.get(f"/v1/runs/{run}").status != 200:
                yield f"{self.name}: {run} is gone"
                break

    def complaints(self):
        try:
            yield from self.unfinished()
            yield from self.dumb()
            yield from self.forgotten()
        except GONE as error:
            yield f"{self.name}: {type(error).__name__}: {error}"


def shown(message):
    """What people see of a message."""
    for key in ("content", "reasoning", "tool_return"):
        if key in message:
            return message[key]
    return json.dumps(message.get("tool_call"), sort_keys=True)


class Conversation(threading.Thread):
    """Talks without end, by reply and by stream in turn, until the server goes away or `stop()`."""

    def __init__(self, talker, dice):
        super().__init__(daemon=True)
        self.talker, self.dice, self.stopping, self.broken = talker, dice, False, None

    def run(self):
        while not self.stopping:
            text, way = self.talker.next_turn(), self.dice.random()
            try:
                if way < 0.4:
                    self.check(self.talker.send(text))
                elif way < 0.8:
                    self.talker.stream(text)
                else:
                    reply = self.talker.client.post(self.talker.path + "/async", {"input": text})
                    if reply.status == 200:
                        self.talker.runs.add(reply.json()["id"])
                    for complaint in self.talker.unfinished():
                        self.broken = complaint
            except GONE:
                return

    def check(self, reply):
        if reply.status not in (200, 409):
            self.broken = f"{self.talker.name}: {reply!r}"

    def stop(self):
        self.stopping = True
        self.join(60)

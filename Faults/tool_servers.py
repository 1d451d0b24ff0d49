#!/usr/bin/env python3
"""Agents whose MCP servers hang, lie, flood, die and change: every agent answers, and no process stays.

Faults/tool_servers.py [--only misbehave many kills stop]
"""

import argparse
import concurrent.futures
import copy
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Scripts"))

import drills  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.model_process import Model  # noqa: E402
from proof.server import Server, free_port  # noqa: E402

PROGRAM = pathlib.Path(__file__).with_name("bad_mcp_server.py")
#: Wrong before any tool is known: (way, what the registration says).
AT_ONCE = (
    ("initialize-hangs", "did not begin to speak MCP"),
    ("initialize-dies", ""),
    ("revision", "1999-01-01"),
    ("list-hangs", "tools"),
    ("list-endless", "more than"),
    ("list-circle", "in a circle"),
    ("list-giant", ""),
    ("list-none", "no member 'tools'"),
)
OVER_HTTP = (("accepts-only", "did not begin to speak MCP"), ("redirects", "redirects"))
#: Wrong in a call: (way, a part of what the agent is told, "" for anything that is an error, None for a result).
IN_CALLS = (
    ("call-hangs", "within 2 seconds"),
    ("call-dies", ""),
    ("call-wrong-id", "within 2 seconds"),
    ("call-no-json", ""),
    ("call-giant", ""),
    ("call-flood", ""),
    ("call-garbage", ""),
    ("call-drip", "within 2 seconds"),
    ("call-asks", None),
    ("call-odd-result", None),
    ("call-error", ""),
)


def command(way, mark):
    return {"mcp_server_type": "stdio", "command": sys.executable, "args": [str(PROGRAM), way, "stdio", mark]}


def processes(mark):
    found = subprocess.run(["pgrep", "-f", mark], capture_output=True, text=True)
    return [line for line in found.stdout.split() if int(line) != os.getpid()]


def gone(mark, seconds=30):
    """Whether all processes of a mark have ended."""
    until = time.monotonic() + seconds
    while processes(mark):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


class Place:
    """A roost, its model, and an agent that has no tool of a server."""

    def __init__(self, folder):
        self.folder = folder
        self.mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"

    def __enter__(self):
        self.model = Model()
        self.model.__enter__()
        env = {**self.model.environment(), "ROOST_MCP_TIMEOUT": "2"}
        self.roost = Server(home=self.folder, env=env)
        self.roost.start()
        self.api = Client(self.roost.url, timeout=120)
        return self

    def __exit__(self, *_):
        self.roost.__exit__()
        self.model.__exit__()

    def beside(self):
        """The same with a connection of its own, for another thread."""
        other = copy.copy(self)
        other.api = Client(self.roost.url, timeout=120)
        return other

    def register(self, name, config):
        reply = self.api.post("/v1/mcp-servers/", {"server_name": name, "config": config})
        assert reply.status == 200, reply
        return reply.json()

    def tools(self, server):
        reply = self.api.get(f"/v1/mcp-servers/{server['id']}/tools")
        assert reply.status == 200, reply
        return reply.json()

    def agent(self, name, tools):
        body = {"name": name, "model": "openai/gpt-4o-mini", "tool_ids": [tool["id"] for tool in tools]}
        reply = self.api.post("/v1/agents/", body)
        assert reply.status == 200, reply
        return reply.json()

    def call(self, agent, tool):
        """What an agent is told that calls a tool, and whether it went on to answer."""
        self.model.reset()
        self.model.script({"calls": [[tool, {"q": "x"}]]}, "Done.")
        reply = self.api.post(f"/v1/agents/{agent['id']}/messages", {"input": "go"})
        if reply.status != 200:
            return None, f"the agent answered {reply.status}: {reply.body[:200]}"
        messages = reply.json()["messages"]
        results = [m for m in messages if m["message_type"] == "tool_return_message"]
        said = [m for m in messages if m["message_type"] == "assistant_message"]
        if len(results) != 1 or not said:
            return None, f"the agent did not go on: {[m['message_type'] for m in messages]}"
        broken = self.model.stats()["violation_texts"]
        return results[0], f"the model was sent: {broken[0]}" if broken else None


def over_http(way, seconds=20):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, PROGRAM, way, "http", str(port)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)


def start(place, way, transport, name):
    """A registered server, and its process when it is not roost's."""
    if transport == "stdio":
        return place.register(name, command(way, place.mark)), None
    process, port = over_http(way)
    return place.register(name, {"mcp_server_type": "streamable_http", "server_url": f"http://127.0.0.1:{port}/mcp"}), process


def end(process):
    if process is not None:
        process.kill()
        process.wait()


def misbehave(folder, asked):
    """Every way, on both transports; after each one the agent of a good server still gets an answer."""
    with Place(folder) as place:
        good = place.agent("good", place.tools(place.register("good", command("well", place.mark))))
        for transport in ("stdio", "http"):
            ways = AT_ONCE + (OVER_HTTP if transport == "http" else ())
            with concurrent.futures.ThreadPoolExecutor(len(ways)) as pool:
                # Together, because those that hang take as long as they may.
                for found in pool.map(lambda way, kind=transport: list(at_once(place, *way, kind)), ways):
                    yield from found
            yield from still_good(place, good, f"{transport} at once")
            for way, words in IN_CALLS:
                yield from in_calls(place, way, words, transport)
                yield from still_good(place, good, f"{transport} {way}")
        yield from lies(place)
        yield from changes(place)
        for way in ("stderr-floods", "stays"):
            server, _ = start(place, way, "stdio", way)
            agent = place.agent(way, place.tools(server))
            result, problem = place.call(agent, place.tools(server)[0]["name"])
            if problem or result["status"] != "success":
                yield f"{way}: {problem or result}"
        running = place.roost.running()
    if not running:
        yield "the server died"
    if not gone(place.mark):
        yield f"processes stayed: {processes(place.mark)}"


def still_good(place, agent, after):
    result, problem = place.call(agent, "good")
    if problem or result["tool_return"] != "fine":
        yield f"after {after} the good server does not answer: {problem or result}"


def at_once(place, way, words, transport):
    place = place.beside()
    server, process = start(place, way, transport, f"{transport}-{way}")
    try:
        if not server["sync_error"] or words not in server["sync_error"]:
            yield f"{transport} {way}: registered with {server['sync_error']!r}"
        if place.tools(server):
            yield f"{transport} {way}: has tools"
    finally:
        place.api.delete(f"/v1/mcp-servers/{server['id']}")
        end(process)


def in_calls(place, way, words, transport):
    server, process = start(place, way, transport, f"{transport}-{way}")
    try:
        names = {tool["name"]: tool for tool in place.tools(server)}
        bad = next(tool for name, tool in names.items() if name.endswith("bad"))
        good = next(tool for name, tool in names.items() if name.endswith("good"))
        agent = place.agent(f"{transport}-{way}", [bad, good])
        result, problem = place.call(agent, bad["name"])
        if problem:
            yield f"{transport} {way}: {problem}"
        elif words is None and result["status"] != "success":
            yield f"{transport} {way}: {result['tool_return'][:300]}"
        elif words is not None and (result["status"] != "error" or words not in result["tool_return"]):
            yield f"{transport} {way}: told {result['status']} {result['tool_return'][:300]}"
        if transport == "http" and way == "call-dies":
            return
        # It comes back, after a pause when it had failed.
        until = time.monotonic() + 60
        while True:
            result, problem = place.call(agent, good["name"])
            if not problem and result["tool_return"] == "fine":
                break
            if time.monotonic() > until:
                yield f"{transport} {way}: does not come back: {problem or result['tool_return'][:300]}"
                break
            time.sleep(0.3)
    finally:
        place.api.delete(f"/v1/mcp-servers/{server['id']}")
        end(process)


def lies(place):
    """Schemas that are none: what can be used is, the rest is named; the model is sent nothing that it refuses."""
    server, _ = start(place, "list-lies", "stdio", "lies")
    tools = place.tools(server)
    if not server["sync_error"] or "an array" not in server["sync_error"] or "bomb" not in server["sync_error"]:
        yield f"lies: {server['sync_error']!r}"
    if len(tools) < 8:
        yield f"lies: only {[tool['name'] for tool in tools]}"
    agent = place.agent("lies", tools)
    for tool in tools:
        result, problem = place.call(agent, tool["name"])
        if problem or result["tool_return"] != "fine":
            yield f"lies: {tool['name']}: {problem or result}"
    place.api.delete(f"/v1/mcp-servers/{server['id']}")


def changes(place):
    state = pathlib.Path(place.folder) / "changed"
    server = place.register("changes", {**command("tools-change", place.mark), "env": {"BAD_STATE": str(state)}})
    tools = place.tools(server)
    agent = place.agent("changes", tools)
    state.touch()
    result, problem = place.call(agent, tools[0]["name"])
    if problem or result["status"] != "error" or "Unknown tool" not in result["tool_return"]:
        yield f"changes: {problem or result}"
    changed = place.api.patch(f"/v1/mcp-servers/{server['id']}/refresh").json()
    if changed["added"] != ["other"] or len(changed["deleted"]) != 2:
        yield f"changes: {changed}"


def many(folder, asked):
    """Twenty agents at once, half of them with servers that hang: the others do not wait for them."""
    with Place(folder) as place:
        agents = []
        for number in range(20):
            way = "call-hangs" if number % 2 else "well"
            server = place.register(f"s{number}", command(way, place.mark))
            tool = next(t for t in place.tools(server) if t["name"].endswith("bad"))
            agents.append((way, place.agent(f"a{number}", [tool]), tool["name"]))
        place.model.reset()

        def go(entry):
            way, agent, tool = entry
            client = Client(place.roost.url, timeout=120)
            reply = client.post(f"/v1/agents/{agent['id']}/messages", {"input": f'CALL {tool} {{"q": "x"}}'})
            return way, reply

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            for way, reply in pool.map(go, agents):
                if reply.status != 200:
                    yield f"many: {way} answered {reply.status}"
                    continue
                result = next((m for m in reply.json()["messages"] if m["message_type"] == "tool_return_message"), None)
                if result is None or (result["status"] == "error") != (way == "call-hangs"):
                    yield f"many: {way}: {result}"
    if not gone(place.mark):
        yield f"processes stayed: {processes(place.mark)}"


def kills(folder, asked):
    """`kill -9` of the server: its programs end with it."""
    for round_ in range(3):
        with Place(folder) as place:
            for way in ("well", "stays", "call-hangs"):
                server = place.register(f"{way}-{round_}", command(way, place.mark))
                if not place.tools(server):
                    yield f"kills: {way} has no tools: {server['sync_error']}"
            if len(processes(place.mark)) < 3:
                yield f"kills: only {processes(place.mark)} run"
            place.roost.kill()
            if not gone(place.mark):
                yield f"kills: {processes(place.mark)} outlived the server"


def stop(folder, asked):
    """SIGTERM in the middle of calls: the server ends in time, and its programs with it."""
    with Place(folder) as place:
        server = place.register("hangs", command("call-hangs", place.mark))
        place.register("stays", command("stays", place.mark))
        tool = next(t for t in place.tools(server) if t["name"].endswith("bad"))

        def call():
            try:
                Client(place.roost.url).post(f"/v1/mcp-servers/{server['id']}/tools/{tool['id']}/run", {"args": {}})
            except OSError:
                pass

        caller = threading.Thread(target=call)
        caller.start()
        time.sleep(0.5)
        began = time.monotonic()
        place.roost.process.terminate()
        place.roost.process.wait(60)
        if time.monotonic() - began > 30:
            yield f"stop: took {time.monotonic() - began:.0f} s"
        caller.join()
        if not gone(place.mark):
            yield f"stop: {processes(place.mark)} stayed"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", nargs="*")
    asked = options.parse_args()
    return drills.run_in_new_folders("tool_servers", (misbehave, many, kills, stop), asked)


if __name__ == "__main__":
    sys.exit(main())

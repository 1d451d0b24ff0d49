"""`roost mcp` spoken to line by line."""

import json
import os
import signal
import time

import pytest
from support import places
from support.raw import HANDSHAKES, META, NEWEST, STATELESS, Pipe, envelope, greeting, message, stateless


@pytest.fixture
def pipe(server):
    with Pipe(server.home) as found:
        yield found


@pytest.mark.parametrize("revision", HANDSHAKES)
def test_every_revision_of_the_handshake_is_spoken(revision, pipe):
    assert pipe.greet(revision)["protocolVersion"] == revision
    assert len(pipe.ask("tools/list")["result"]["tools"]) == 6


@pytest.mark.parametrize("revision", ("2023-01-01", "2099-01-01", STATELESS, "x"))
def test_an_unknown_revision_is_answered_with_the_newest(revision, pipe):
    assert pipe.greet(revision)["protocolVersion"] == NEWEST


def test_discovery_and_the_stateless_era(pipe):
    pipe.write(stateless("server/discover", id="a"))
    found = pipe.answer("a")["result"]
    assert STATELESS in found["supportedVersions"]
    assert found["resultType"] == "complete" and found["ttlMs"] >= 0 and found["cacheScope"] in ("public", "private")
    assert found["_meta"][META + "serverInfo"]["name"] == "roost"
    pipe.write(stateless("tools/list", id="b"))
    listed = pipe.answer("b")["result"]
    assert len(listed["tools"]) == 6 and listed["ttlMs"] > 0
    for gone in ("ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"):
        pipe.write(stateless(gone, {"level": "info", "uri": "memory://projects"}, gone))
        assert pipe.answer(gone)["error"]["code"] == -32601, gone


def test_an_envelope_of_an_unknown_revision_is_answered_with_those_spoken(pipe):
    pipe.write(stateless("server/discover", id=1, revision="2030-01-01"))
    error = pipe.answer(1)["error"]
    assert error["code"] == -32022
    assert STATELESS in error["data"]["supported"] and error["data"]["requested"] == "2030-01-01"


def test_an_incomplete_envelope_is_named(pipe):
    meta = envelope()
    del meta[META + "clientCapabilities"]
    pipe.write(message("tools/list", {"_meta": meta}, 1))
    error = pipe.answer(1)["error"]
    assert error["code"] == -32602 and "clientCapabilities" in error["message"]


def test_a_missing_resource_has_the_code_of_its_era(pipe):
    pipe.write(stateless("resources/read", {"uri": "memory://none"}, 1))
    assert pipe.answer(1)["error"]["code"] == -32602
    pipe.greet()
    assert pipe.ask("resources/read", {"uri": "memory://none"})["error"]["code"] == -32002


@pytest.mark.parametrize(
    ("line", "code", "id"),
    (
        (b"{not json\n", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"\n', -32700, None),
        (b"\xff\xfe\n", -32700, None),
        (b"7\n", -32600, None),
        (b'"text"\n', -32600, None),
        (b"[]\n", -32600, None),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]\n', -32600, None),
        (b"{}\n", -32600, None),
        (b'{"jsonrpc":"1.0","id":4,"method":"ping"}\n', -32600, 4),
        (b'{"jsonrpc":"2.0","id":5,"method":7}\n', -32600, 5),
        (b'{"jsonrpc":"2.0","id":6,"method":"ping","params":[]}\n', -32600, 6),
        (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}\n', -32600, None),
        (b'{"jsonrpc":"2.0","id":7,"method":"no/such/method"}\n', -32601, 7),
        (b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{}}\n', -32602, 8),
        (b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"x","arguments":[]}}\n', -32602, 9),
        (b'{"jsonrpc":"2.0","id":10,"method":"tools/list","params":{"cursor":"none"}}\n', -32602, 10),
        (b'{"jsonrpc":"2.0","id":11,"method":"prompts/get","params":{"name":"no"}}\n', -32602, 11),
    ),
)
def test_what_is_wrong_gets_an_answer_with_its_code_and_the_next_request_works(line, code, id, pipe):
    pipe.greet()
    pipe.write(line)
    found = pipe.read()
    assert found is not None, "silence"
    assert found["error"]["code"] == code, found
    assert found["id"] == id, found
    assert len(found["error"]["message"]) > 5, found
    assert pipe.ask("ping")["result"] == {}


def test_requests_before_the_handshake_are_answered_somehow_and_do_no_harm(pipe):
    assert "id" in pipe.ask("tools/list")
    assert pipe.greet()["protocolVersion"] == NEWEST


def test_blank_lines_carriage_returns_and_a_message_in_pieces(pipe):
    pipe.write(b"\n\r\n")
    whole = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n'
    for index in range(0, len(whole), 7):
        pipe.write(whole[index : index + 7])
        time.sleep(0.002)
    assert pipe.answer(1)["result"] == {}


def test_ids_come_back_as_they_were(pipe):
    pipe.greet()
    for id in ("1", 1001, "", "ü", 0, -5, 2**53):
        pipe.write(message("ping", None, id))
        found = pipe.read()
        assert found["id"] == id and type(found["id"]) is type(id)


def test_notifications_and_answers_are_not_answered(pipe):
    pipe.greet()
    pipe.write(message("notifications/unknown", {"a": 1}))
    pipe.write(message("notifications/cancelled", {"requestId": 12345}))
    pipe.write({"jsonrpc": "2.0", "id": 77, "result": {}})
    pipe.write(message("ping", None, "end"))
    assert pipe.read()["id"] == "end"


def test_two_requests_with_one_id_at_once_are_answered_twice(pipe):
    pipe.greet()
    pipe.write(b"".join(b'{"jsonrpc":"2.0","id":3,"method":"tools/list"}\n' for _ in range(2)))
    assert [pipe.read()["id"], pipe.read()["id"]] == [3, 3]


@pytest.mark.parametrize(("profile", "budget"), (("memory", 6000), ("consolidated", 24000)))
def test_the_lists_keep_to_their_budgets(profile, budget, server):
    with Pipe(server.home, places.arguments(profile)) as pipe:
        pipe.greet()
        pipe.write(message("tools/list", None, "list"))
        line = pipe.lines.get(timeout=10)
        prefix = b'{"jsonrpc":"2.0","id":"list","result":'
        assert line.startswith(prefix), line[:80]
        result = line.rstrip()[len(prefix) : -1]
        assert len(result) <= budget, f"tools/list of {profile} is {len(result)} bytes"


def test_lists_go_on_where_their_cursor_says(server, objects, api):
    """More resources than a page holds: every page once, nothing twice, nothing left out."""
    agent = objects["agent"]
    labels = [f"page_{number:03}" for number in range(195)]
    for label in labels:
        block = api.post("/v1/blocks/", {"label": label, "value": label}).json()["id"]
        assert api.patch(f"/v1/agents/{agent}/core-memory/blocks/attach/{block}").status == 200
    for label in labels[:20]:
        assert api.post(f"/v1/agents/{agent}/archival-memory", {"text": label}).status == 200
    with Pipe(server.home, env={"LETTA_AGENT_ID": agent}) as pipe:
        pipe.greet()
        found, cursor, pages = [], None, 0
        while True:
            page = pipe.ask("resources/list", {"cursor": cursor} if cursor else {})["result"]
            found += [resource["uri"] for resource in page["resources"]]
            cursor, pages = page.get("nextCursor"), pages + 1
            if cursor is None:
                break
        assert pages >= 2
        assert len(found) == len(set(found))
        assert {f"memory://blocks/{label}" for label in labels} <= set(found)
        assert pipe.ask("resources/list", {"cursor": "999999"})["error"]["code"] == -32602


def test_closing_its_input_ends_it_at_once_with_zero(server):
    for greeted in (False, True):
        with Pipe(server.home) as pipe:
            if greeted:
                pipe.greet()
                pipe.ask("tools/call", {"name": "memory_status", "arguments": {}})
            began = time.monotonic()
            assert pipe.end() == 0
            assert time.monotonic() - began < 5
            assert not [line for line in pipe.errors if b"atal" in line], pipe.errors


def test_requests_before_the_end_of_input_are_answered(server):
    with Pipe(server.home) as pipe:
        pipe.write(message("initialize", greeting(), 1))
        for id in range(2, 22):
            pipe.write(message("tools/call", {"name": "memory_status", "arguments": {}}, id))
        pipe.process.stdin.close()
        answered = set()
        while (line := pipe.lines.get(timeout=20)) is not None:
            answered.add(json.loads(line).get("id"))
        assert answered >= set(range(1, 22))
        assert pipe.process.wait(10) == 0


@pytest.mark.parametrize("sign", (signal.SIGTERM, signal.SIGINT))
def test_a_signal_ends_it(sign, server):
    with Pipe(server.home) as pipe:
        pipe.greet()
        os.kill(pipe.process.pid, sign)
        assert pipe.process.wait(10) in (0, -sign, 128 + sign)


def test_its_output_holds_nothing_but_messages(server):
    """Logs go to standard error, also when everything is logged."""
    with Pipe(server.home, ("mcp", "--log-level", "debug")) as pipe:
        pipe.greet()
        pipe.ask("tools/call", {"name": "memory_status", "arguments": {}})
        pipe.ask("tools/call", {"name": "read_memory", "arguments": {"agent_id": "agent-none"}})
        pipe.write(b"{broken\n")
        assert pipe.read()["error"]["code"] == -32700

"""The streamable HTTP endpoint, on the main server and alone, without an SDK."""

import contextlib
import threading
import time

import pytest
from proof.client import Client
from proof.server import Server
from support import places
from support.gate import Gate
from support.raw import (
    HANDSHAKES,
    META,
    NEWEST,
    STATELESS,
    Endpoint,
    envelope,
    events,
    greeting,
    hang_up,
    message,
    stateless,
)

PLACES = ("serve", "alone")
#: A request that needs the memory, but no agent.
READ = {"uri": "memory://projects"}


@pytest.fixture(params=PLACES)
def url(request, server):
    if request.param == "serve":
        return f"{server.url}/mcp"
    return f"{request.getfixturevalue('alone').url}/mcp?tools=memory"


@pytest.fixture
def endpoint(url):
    return Endpoint(url)


# The handshake era.


@pytest.mark.parametrize("revision", HANDSHAKES)
def test_every_revision_of_the_handshake_is_spoken(revision, endpoint):
    assert endpoint.greet(revision)["protocolVersion"] == revision
    assert endpoint.session and endpoint.session.isascii() and len(endpoint.session) >= 16
    assert len(endpoint.ask("tools/list").result["tools"]) == 6
    assert endpoint.ask("ping").result == {}


@pytest.mark.parametrize("revision", ("2023-01-01", "2099-01-01"))
def test_an_unknown_revision_is_answered_with_the_newest(revision, endpoint):
    assert endpoint.greet(revision)["protocolVersion"] == NEWEST


def test_sessions_are_told_apart_and_end_with_delete(url):
    one, other = Endpoint(url), Endpoint(url)
    one.greet()
    other.greet()
    assert one.session != other.session
    assert one.send("DELETE").status in (200, 204)
    gone = one.ask("tools/list")
    assert gone.status == 404, gone
    assert one.send("DELETE").status == 404
    assert one.send("GET", headers={"Accept": "text/event-stream"}).status == 404
    assert other.ask("tools/list").status == 200


def test_an_unknown_session_is_404_and_a_missing_one_400(endpoint):
    endpoint.greet()
    assert endpoint.post(message("tools/list", {}, 1), {"Mcp-Session-Id": "nobody"}).status == 404
    assert endpoint.post(message("tools/list", {}, 1), {"Mcp-Session-Id": None}).status == 400


def test_a_bad_protocol_version_is_400(endpoint):
    endpoint.greet()
    for version in ("1999-01-01", "x", ""):
        assert endpoint.post(message("tools/list", {}, 1), {"MCP-Protocol-Version": version}).status == 400, version
    # None at all is what clients of the first revisions send.
    assert endpoint.post(message("tools/list", {}, 1), {"MCP-Protocol-Version": None}).status == 200


def test_notifications_and_answers_are_accepted(endpoint):
    endpoint.greet()
    for sent in (message("notifications/unknown"), {"jsonrpc": "2.0", "id": 1, "result": {}}):
        answer = endpoint.post(sent)
        assert (answer.status, answer.body) == (202, b"")


@pytest.mark.parametrize(
    ("body", "code"),
    (
        (b"{not json", -32700),
        (b"", -32700),
        (b"\xff\xfe", -32700),
        (b"[]", -32600),
        (b"7", -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":[1],"method":"ping"}', -32600),
    ),
)
def test_what_is_no_message_is_400_with_its_code(body, code, endpoint):
    endpoint.greet()
    answer = endpoint.post(body)
    assert answer.status == 400, answer
    assert answer.error["code"] == code and "id" in answer.last


def test_unknown_methods_tools_and_prompts_have_their_codes(endpoint):
    endpoint.greet()
    assert endpoint.ask("no/such/method").error["code"] == -32601
    assert endpoint.ask("tools/call", {"name": "no_such_tool"}).error["code"] == -32602
    assert endpoint.ask("tools/call", {"name": "recall", "arguments": {}}).error["code"] == -32602
    assert endpoint.ask("prompts/get", {"name": "none"}).error["code"] == -32602
    assert endpoint.ask("resources/read", {"uri": "memory://none"}).error["code"] == -32002
    assert endpoint.ask("initialize", {}).status in (200, 400)


def test_accept_decides_what_can_be_answered(endpoint):
    endpoint.greet()
    assert endpoint.post(message("ping", None, 1), {"Accept": "text/html"}).status == 406
    plain = endpoint.post(message("ping", None, 1), {"Accept": "application/json"})
    assert plain.status == 200 and plain.headers["content-type"].startswith("application/json")
    for either in ("*/*", "application/json, text/event-stream", "text/event-stream, application/json"):
        assert endpoint.post(message("ping", None, 1), {"Accept": either}).result == {}, either


def test_other_content_types_are_refused(endpoint):
    """A page of a browser can send text/plain without being asked first."""
    endpoint.greet()
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert endpoint.post(message("ping", None, 1), {"Content-Type": kind}).status == 415, kind
    assert endpoint.post(message("ping", None, 1), {"Content-Type": "application/json; charset=utf-8"}).status == 200


def test_other_verbs_are_405(endpoint):
    for verb in ("PUT", "PATCH"):
        assert endpoint.send(verb, b"{}").status == 405, verb


# The stateless era.


def test_discovery_needs_no_session_and_makes_none(endpoint):
    answer = endpoint.ask_stateless("server/discover")
    assert answer.status == 200 and "mcp-session-id" not in answer.headers
    assert STATELESS in answer.result["supportedVersions"]
    assert answer.result["_meta"][META + "serverInfo"]["name"] == "roost"
    assert len(endpoint.ask_stateless("tools/list").result["tools"]) == 6
    assert endpoint.ask_stateless("resources/read", READ).result["contents"]


def test_methods_that_are_gone_are_404_with_their_code(endpoint):
    for method in ("ping", "logging/setLevel", "resources/subscribe", "no/such/method"):
        answer = endpoint.ask_stateless(method, {"uri": "memory://projects"})
        assert answer.status == 404 and answer.error["code"] == -32601, (method, answer)


@pytest.mark.parametrize(
    "headers",
    (
        {"Mcp-Method": "tools/list"},
        {"Mcp-Method": None},
        {"Mcp-Name": "memory://blocks/human"},
        {"Mcp-Name": None},
        {"Mcp-Name": "=?base64?!!?="},
        {"MCP-Protocol-Version": "2025-11-25"},
        {"MCP-Protocol-Version": None},
    ),
    ids=str,
)
def test_headers_that_say_something_else_are_refused(headers, endpoint):
    answer = endpoint.ask_stateless("resources/read", READ, headers)
    assert answer.status == 400 and answer.error["code"] == -32020, answer


def test_a_name_may_be_wrapped_in_base64(endpoint):
    headers = {"Mcp-Name": "=?base64?bWVtb3J5Oi8vcHJvamVjdHM=?="}
    assert endpoint.ask_stateless("resources/read", READ, headers).result["contents"]


def test_an_unknown_stateless_revision_is_named_with_those_spoken(endpoint):
    answer = endpoint.ask_stateless("tools/list", revision="2030-01-01")
    assert answer.status == 400 and answer.error["code"] == -32022, answer
    assert STATELESS in answer.error["data"]["supported"] and answer.error["data"]["requested"] == "2030-01-01"


def test_an_incomplete_envelope_is_invalid_params(endpoint):
    meta = envelope()
    del meta[META + "clientCapabilities"]
    headers = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/list"}
    answer = endpoint.post(message("tools/list", {"_meta": meta}, 1), headers)
    assert answer.status == 400 and answer.error["code"] == -32602, answer


def test_errors_of_requests_have_the_status_of_their_code(endpoint):
    for method, params, status, code in (
        ("tools/call", {"name": "no_such_tool", "arguments": {}}, 400, -32602),
        ("tools/call", {"name": "recall", "arguments": {}}, 400, -32602),
        ("prompts/get", {"name": "none"}, 400, -32602),
        ("resources/read", {"uri": "memory://none"}, 400, -32602),
    ):
        answer = endpoint.ask_stateless(method, params)
        assert (answer.status, answer.error["code"]) == (status, code), (method, answer)


# Who may ask.


def test_other_origins_and_hosts_are_refused(endpoint):
    endpoint.greet()
    session = {"Mcp-Session-Id": endpoint.session}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://localhost.evil.example:{endpoint.port}"},
        {"Host": "evil.example"},
        {"Host": f"evil.example:{endpoint.port}"},
    ):
        assert endpoint.post(message("ping", None, 1), headers).status == 403, headers
        assert endpoint.send("GET", headers={**headers, "Accept": "text/event-stream"}).status == 403, headers
        assert endpoint.send("DELETE", headers={**headers, **session}).status == 403, headers
        assert endpoint.ask_stateless("tools/list", headers=headers).status == 403, headers
    assert endpoint.post(message("ping", None, 1)).status == 200
    for host in ("localhost", "127.0.0.1"):
        own = {"Origin": f"http://{host}:{endpoint.port}", "Host": f"{host}:{endpoint.port}"}
        assert endpoint.post(message("ping", None, 1), own).status == 200, own


@pytest.mark.parametrize("place", PLACES)
def test_a_password_is_asked_for_on_every_request(place, tmp_path):
    env = {"LETTA_SERVER_PASSWORD": "let me in"}
    started = Server(env=env) if place == "serve" else places.Alone(tmp_path, env=env)
    with started as process:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic bGV0IG1lIGlu"}):
            endpoint = Endpoint(f"{process.url}/mcp", headers)
            for answer in (
                endpoint.ask("initialize", greeting()),
                endpoint.ask_stateless("tools/list"),
                endpoint.send("GET", headers={"Accept": "text/event-stream"}),
                endpoint.send("DELETE", headers={"Mcp-Session-Id": "x"}),
            ):
                assert answer.status == 401, answer
                assert answer.headers.get("www-authenticate", "").lower().startswith("bearer"), answer
                assert b"let me in" not in answer.body
        endpoint = Endpoint(f"{process.url}/mcp", {"Authorization": "Bearer let me in"})
        endpoint.greet()
        assert endpoint.ask("resources/read", READ).result["contents"]
        assert endpoint.ask_stateless("resources/read", READ).result["contents"]


@pytest.mark.parametrize("place", PLACES)
def test_a_body_over_the_limit_is_413(place, tmp_path):
    env = {"ROOST_MAX_BODY": "100kB"}
    started = Server(env=env) if place == "serve" else places.Alone(tmp_path, env=env)
    with started as process:
        endpoint = Endpoint(f"{process.url}/mcp")
        endpoint.greet()
        large = {"name": "remember", "arguments": {"text": "x" * 200_000}}
        with contextlib.suppress(ConnectionError):
            assert endpoint.ask("tools/call", large).status == 413
        assert endpoint.ask("ping").result == {}


def test_health_of_the_stand_alone_server(alone):
    reply = Client(alone.url).get("/health")
    assert reply.status == 200 and reply.json()
    assert Client(alone.url).get("/nothing").status == 404


def test_a_profile_that_does_not_exist_is_refused(server):
    answer = Endpoint(f"{server.url}/mcp?tools=no_such_profile").ask("initialize", greeting())
    assert answer.status == 400 and b"classic" in answer.body


# Streams.


class Stream:
    """An open GET, read as it comes."""

    def __init__(self, endpoint, headers=None, path=None):
        headers = {"Accept": "text/event-stream", "Content-Type": None, **(headers or {})}
        self.connection, self.answer = endpoint.open("GET", None, headers, path)
        self.status = self.answer.status
        self.found = []
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for event in events(iter(self.answer.readline, b"")):
                self.found.append(event)

    def until(self, words, timeout=15):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for event in list(self.found):
                if words in event.get("data", ""):
                    return event
            time.sleep(0.01)
        raise AssertionError(f"{words!r} is not in {self.found}")

    def close(self):
        hang_up(self.connection)


def change(api, agent, value):
    assert api.patch(f"/v1/agents/{agent}/core-memory/blocks/human", {"value": value}).status == 200


@pytest.mark.parametrize("place", PLACES)
def test_a_stream_that_broke_goes_on_after_its_last_event(place, server, api, objects, request):
    """What happened while the client was away is told when it comes back with Last-Event-ID, in order, once."""
    agent = objects["agent"]
    root = server.url if place == "serve" else request.getfixturevalue("alone").url
    endpoint = Endpoint(f"{root}/mcp?tools=memory&agent_id={agent}")
    endpoint.greet()
    for uri in ("memory://blocks/human", "memory://blocks/persona"):
        assert endpoint.ask("resources/read", {"uri": uri}).status == 200
        assert endpoint.ask("resources/subscribe", {"uri": uri}).status == 200
    first = Stream(endpoint)
    assert first.status == 200
    change(api, agent, "one")
    last = first.until("memory://blocks/human")
    assert last.get("id"), last
    first.close()
    time.sleep(0.2)
    reply = api.patch(f"/v1/agents/{agent}/core-memory/blocks/persona", {"value": "away"})
    assert reply.status == 200
    time.sleep(0.5)
    second = Stream(endpoint, {"Last-Event-ID": last["id"]})
    assert second.status == 200
    missed = second.until("memory://blocks/persona")
    assert missed["id"] != last["id"]
    assert not [event for event in second.found if event.get("id") == last["id"]]
    second.close()


def test_an_unknown_event_id_is_no_crash(endpoint):
    endpoint.greet()
    for id in ("nothing", "-1", "999999999999", "x" * 200):
        stream = Stream(endpoint, {"Last-Event-ID": id})
        assert stream.status in (200, 400), (id, stream.status)
        stream.close()
    assert endpoint.ask("ping").result == {}


def test_the_answer_to_a_broken_post_is_there_when_the_client_comes_back(server, objects, tmp_path):
    """Sessions: a lost connection is no cancellation. The answer waits for Last-Event-ID."""
    with Gate(server.port) as gate, places.Alone(tmp_path, env={"LETTA_BASE_URL": gate.url}) as process:
        endpoint = Endpoint(f"{process.url}/mcp")
        endpoint.greet()
        params = {"name": "read_memory", "arguments": {"agent_id": objects["agent"], "label": "human"}}
        assert endpoint.ask("tools/call", params).status == 200
        gate.hold()
        connection, answer = endpoint.open("POST", message("tools/call", params, 4711))
        assert answer.status == 200
        assert answer.getheader("content-type").startswith("text/event-stream"), "a call that takes long is a stream"
        first = next(events(iter(answer.readline, b"")))
        assert first.get("id"), f"a stream that can be resumed begins with an id: {first}"
        assert gate.arrived.acquire(timeout=10)
        hang_up(connection)
        time.sleep(0.3)
        gate.release()
        stream = Stream(endpoint, {"Last-Event-ID": first["id"]})
        assert stream.status == 200
        assert "Ada" in stream.until('"id":4711')["data"]
        stream.close()


def test_a_closed_stateless_request_is_cancelled(server, objects, tmp_path):
    """The stateless era: closing the request is cancelling it."""
    with Gate(server.port) as gate, places.Alone(tmp_path, env={"LETTA_BASE_URL": gate.url}) as process:
        endpoint = Endpoint(f"{process.url}/mcp")
        params = {"name": "read_memory", "arguments": {"agent_id": objects["agent"]}}
        assert endpoint.ask_stateless("tools/call", params).status == 200
        gate.hold()
        headers = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/call", "Mcp-Name": "read_memory"}
        connection = endpoint.begin("POST", stateless("tools/call", params, 1), headers)
        assert gate.arrived.acquire(timeout=10)
        hang_up(connection)
        assert gate.dropped.acquire(timeout=10), "the work went on after its client had gone"
        gate.release()
        assert endpoint.ask_stateless("tools/call", params).status == 200


def test_the_older_transport_names_where_to_post(alone):
    endpoint = Endpoint(f"{alone.url}/sse?tools=memory")
    stream = Stream(endpoint)
    assert stream.status == 200
    place = stream.until("/messages")
    assert place["event"] == "endpoint"
    posted = endpoint.send("POST", message("initialize", greeting("2024-11-05"), 1), path=place["data"])
    assert posted.status == 202, posted
    assert '"protocolVersion":"2024-11-05"' in stream.until('"id":1')["data"]
    assert endpoint.send("POST", message("tools/list", {}, 2), path=place["data"]).status == 202
    assert "recall" in stream.until('"id":2')["data"]
    stranger = endpoint.send("POST", message("ping", None, 3), path="/messages?sessionId=nobody")
    assert stranger.status == 404, stranger
    stream.close()

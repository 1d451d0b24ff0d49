"""Runs apart from the socket that began them: streams that can be taken up again, polling, callbacks."""

import http.server
import json
import threading
import time
import uuid

import pytest
from proof.events import Events
from support.loop import TEA, kinds, one


@pytest.fixture
def background(server):
    def begin(agent, body=None, **more):
        sent = {**(body or {"input": "hello"}), "background": True, **more}
        return Events(server.url, f"/v1/agents/{agent['id']}/messages/stream", sent)

    return begin


@pytest.fixture
def resume(server):
    def begin(run, after=0, **more):
        return Events(server.url, f"/v1/runs/{run}/stream", {"starting_after": after, **more})

    return begin


@pytest.fixture
def finished(api):
    """The run, once it has ended."""

    def wait(run, seconds=15):
        until = time.monotonic() + seconds
        while True:
            found = api.get(f"/v1/runs/{run}").json()
            if found["status"] not in ("created", "running"):
                return found
            assert time.monotonic() < until, found
            time.sleep(0.05)

    return wait


def data_of(events):
    return [data for _, data in events if data != "[DONE]"]


def test_every_chunk_is_numbered(agent, background):
    with background(agent) as events:
        data = data_of(events)
    numbered = [item for item in data if item["message_type"] not in ("stop_reason", "usage_statistics")]
    assert [item["seq_id"] for item in numbered] == list(range(1, len(numbered) + 1))
    assert data[0]["message_type"] == "ping" and len({item["run_id"] for item in numbered}) == 1


def test_the_rest_can_be_read_again(agent, background, resume, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, "Done.")
    with background(agent) as events:
        first = data_of(events)
    run = first[0]["run_id"]
    with resume(run) as events:
        assert [d for d in data_of(events) if d["message_type"] != "ping"] == [
            d for d in first if d["message_type"] != "ping"
        ]
    with resume(run, after=3) as events:
        rest = [d for d in data_of(events) if d["message_type"] not in ("ping", "stop_reason", "usage_statistics")]
    assert [d["seq_id"] for d in rest] == [d["seq_id"] for d in first if (d.get("seq_id") or 0) > 3]


def test_a_client_that_left_misses_nothing(agent, background, resume, finished, model):
    model.script({"text": "one two three four five", "size": 4, "gap": 0.3})
    with background(agent, stream_tokens=True) as events:
        part = events.first("assistant_message")
    with resume(part["run_id"], after=part["seq_id"], include_pings=True) as events:
        rest = [d for d in data_of(events) if d["message_type"] == "assistant_message"]
    assert part["content"] + "".join(d["content"] for d in rest) == "one two three four five"
    assert finished(part["run_id"])["status"] == "completed"
    assert model.stats()["closed_early"] == 0


def test_a_run_that_is_not_in_the_background_cannot_be_taken_up(agent, send, resume):
    run = send(agent, "x")["messages"][0]["run_id"]
    with resume(run) as events:
        assert events.status == 400
        told = json.loads(events.answer.read())["detail"]
    assert "Run was not created in background mode, so it cannot be retrieved." in told


def test_the_same_otids_attach_to_the_same_run(agent, background, model, listed):
    model.script({"text": "only once", "latency": 1})
    message = {"role": "user", "content": "hello", "otid": str(uuid.uuid4())}
    body = {"messages": [message]}
    with background(agent, body) as first, background(agent, body) as second:
        runs = [next(iter(events))[1]["run_id"] for events in (first, second)]
        texts = [
            [d["content"] for d in data_of(e) if d["message_type"] == "assistant_message"] for e in (first, second)
        ]
    assert runs[0] == runs[1] and texts == [["only once"], ["only once"]]
    assert model.stats()["requests"] == 1 and kinds(listed(agent)).count("user_message") == 1


def test_a_run_that_is_asked_for_later(api, agent, finished, model, listed):
    model.script({"text": "later", "latency": 0.3})
    reply = api.post(f"/v1/agents/{agent['id']}/messages/async", {"input": "x"})
    assert reply.status == 200, reply
    run = reply.json()
    assert run["status"] == "created" and run["background"] is True and run["agent_id"] == agent["id"]
    ended = finished(run["id"])
    assert ended["status"] == "completed" and ended["stop_reason"] == "end_turn" and ended["completed_at"]
    assert ended["total_duration_ns"] >= 300_000_000
    messages = api.get(f"/v1/runs/{run['id']}/messages").json()
    assert one(messages, "assistant_message")["content"] == "later"
    assert one(listed(agent), "assistant_message")["run_id"] == run["id"]


def test_a_run_that_fails_keeps_why(api, agent, finished, model):
    model.script({"fault": {"kind": "authentication"}})
    run = api.post(f"/v1/agents/{agent['id']}/messages/async", {"input": "x"}).json()
    ended = finished(run["id"])
    assert ended["status"] == "failed" and ended["stop_reason"] == "llm_api_error"
    assert ended["metadata"]["error"]


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((self.path, json.loads(body)))
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.received = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_callback_is_told_of_the_end(api, agent, finished, receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/done?x=1"
    run = api.post(f"/v1/agents/{agent['id']}/messages/async", {"input": "x", "callback_url": url}).json()
    finished(run["id"])
    until = time.monotonic() + 10
    while not (ended := api.get(f"/v1/runs/{run['id']}").json())["callback_sent_at"] and time.monotonic() < until:
        time.sleep(0.05)
    assert ended["callback_url"] == url and ended["callback_status_code"] == 202 and ended["callback_error"] is None
    path, told = receiver.received[0]
    assert path == "/done?x=1" and run["id"] in json.dumps(told) and len(receiver.received) == 1


def test_a_callback_that_nobody_answers_is_noted(api, agent, finished):
    gone = {"input": "x", "callback_url": "http://127.0.0.1:9/gone"}
    run = api.post(f"/v1/agents/{agent['id']}/messages/async", gone).json()
    assert finished(run["id"])["status"] == "completed"
    until = time.monotonic() + 10
    while not (ended := api.get(f"/v1/runs/{run['id']}").json())["callback_error"] and time.monotonic() < until:
        time.sleep(0.05)
    assert ended["callback_error"]

"""Cancelling: by agent, by run, by conversation; what it leaves behind."""

import threading
import time

import pytest
from proof.client import Client
from proof.events import Events
from support.asked import results
from support.loop import TEA, kinds, said

DENIED = "The user cancelled the request, so the tool call was denied."


@pytest.fixture
def slow(server, model, agent):
    """A stream under way whose model is silent in the middle: (events, run id)."""
    model.script({"text": "one two three four", "fault": {"kind": "stall", "said": 1, "seconds": 30}})
    with Events(
        server.url, f"/v1/agents/{agent['id']}/messages/stream", {"input": "x", "stream_tokens": True}
    ) as events:
        yield events, events.first("assistant_message")["run_id"]


def is_over(model, api, run):
    model.wait(lambda stats: stats["answering"] == 0 and stats["closed_early"] == 1)
    until = time.monotonic() + 10
    while (found := api.get(f"/v1/runs/{run}").json())["status"] in ("created", "running"):
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def test_the_run_of_an_agent(api, agent, slow, model, send):
    events, run = slow
    reply = api.post(f"/v1/agents/{agent['id']}/messages/cancel", {"run_ids": [run]})
    assert reply.status == 200 and reply.json() == {run: "cancelled"}
    ended = is_over(model, api, run)
    assert ended["status"] == "cancelled" and ended["stop_reason"] == "cancelled"
    rest = [data for _, data in events]
    assert rest[-1] == "[DONE]"
    assert {"message_type": "stop_reason", "stop_reason": "cancelled"} in rest
    assert said(send(agent, "REPLY well again")) == "well again"


def test_without_ids_the_latest_run(api, agent, slow, model):
    _, run = slow
    assert api.post(f"/v1/agents/{agent['id']}/messages/cancel").json() == {run: "cancelled"}
    assert is_over(model, api, run)["status"] == "cancelled"


def test_by_the_run(api, slow, model):
    _, run = slow
    reply = api.post(f"/v1/runs/{run}/cancel")
    assert reply.status == 200, reply
    assert is_over(model, api, run)["status"] == "cancelled"


def test_an_agent_that_never_ran(api, agent):
    reply = api.post(f"/v1/agents/{agent['id']}/messages/cancel")
    assert reply.status == 409 and "No active runs to cancel" in reply.detail


def test_a_conversation(api, server, agent, model):
    conversation = api.post(f"/v1/conversations/?agent_id={agent['id']}", {}).json()["id"]
    model.script({"text": "one two three", "fault": {"kind": "stall", "said": 1, "seconds": 30}})
    path = f"/v1/conversations/{conversation}/messages"
    with Events(server.url, path, {"input": "x", "stream_tokens": True}) as events:
        run = events.first("assistant_message")["run_id"]
        reply = api.post(f"/v1/conversations/{conversation}/cancel")
        assert reply.status == 200 and reply.json() == {run: "cancelled"}
        assert is_over(model, api, run)["status"] == "cancelled"


def test_a_plain_request_ends_too(api, server, agent, model):
    """The client that waits for the whole answer gets one that says that it was cancelled."""
    model.script({"text": "never", "latency": 30})
    got = []
    post = threading.Thread(
        target=lambda: got.append(Client(server.url).post(f"/v1/agents/{agent['id']}/messages", {"input": "x"}))
    )
    post.start()
    model.wait(lambda stats: stats["answering"] == 1)
    api.post(f"/v1/agents/{agent['id']}/messages/cancel")
    post.join(15)
    assert got and got[0].status == 200 and got[0].json()["stop_reason"]["stop_reason"] == "cancelled"


def test_a_pending_approval_is_denied(api, agent, send, model):
    api.patch(f"/v1/agents/{agent['id']}/tools/approval/memory_insert", {"requires_approval": True})
    model.script({"calls": [["memory_insert", TEA]]})
    assert kinds(send(agent, "x")["messages"])[-1] == "approval_request_message"
    assert api.post(f"/v1/agents/{agent['id']}/messages/cancel").status == 200
    assert said(send(agent, "REPLY going on")) == "going on"
    assert DENIED in results(model.last_request())[-1]


def test_nothing_is_left_for_the_next_request_to_trip_over(api, server, agent, model, send):
    """Cancelled between the call of a tool and the next answer: the history stays whole."""
    model.script({"calls": [["memory_insert", TEA]]}, {"text": "never", "latency": 30})
    with Events(server.url, f"/v1/agents/{agent['id']}/messages/stream", {"input": "x"}) as events:
        run = events.first("tool_return_message")["run_id"]
        model.wait(lambda stats: stats["answering"] == 1)
        api.post(f"/v1/agents/{agent['id']}/messages/cancel", {"run_ids": [run]})
        is_over(model, api, run)
    assert said(send(agent, "REPLY fine")) == "fine"

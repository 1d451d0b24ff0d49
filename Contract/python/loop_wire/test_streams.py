"""Streams: the framing, whole messages after each step, deltas of tokens."""

import time

import pytest
from proof.events import Events
from support.loop import TEA, kinds, said
from support.shapes import is_id

PATHS = ["/messages/stream", "/messages"]


@pytest.fixture
def stream(server):
    def begin(agent, text="hello", path="/messages/stream", **more):
        body = {"input": text, **({"streaming": True} if path == "/messages" else {}), **more}
        return Events(server.url, f"/v1/agents/{agent['id']}{path}", body)

    return begin


@pytest.mark.parametrize("path", PATHS)
def test_the_order_of_events(agent, stream, path):
    with stream(agent, path=path) as events:
        everything = list(events)
    assert events.headers["content-type"].startswith("text/event-stream")
    assert all(name is None for name, _ in everything)
    data = [item for _, item in everything]
    assert data[-1] == "[DONE]"
    found = kinds(data[:-1])
    assert found[0] == "ping" and found[-3:] == ["assistant_message", "stop_reason", "usage_statistics"]
    assert data[0]["id"].startswith("ping-") and is_id(data[0]["run_id"], "run") and data[0]["date"]
    assert data[-2]["step_count"] == 1 and data[-3]["stop_reason"] == "end_turn"
    assert data[-4]["content"] == "ok: hello" and data[-4]["run_id"] == data[0]["run_id"]


def test_every_event_is_one_line(agent, stream):
    with stream(agent, "REPLY one\nREPLY two") as events:
        events.messages()
    lines = [line.decode() for line in events.raw]
    assert all(line.startswith("data: ") or line == "\n" for line in lines), lines


def test_without_pings(agent, stream):
    with stream(agent, include_pings=False) as events:
        assert kinds([data for _, data in events if data != "[DONE]"]) == [
            "assistant_message",
            "stop_reason",
            "usage_statistics",
        ]


def test_steps_come_whole(agent, stream, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, {"text": "Kept it, with many words."})
    with stream(agent) as events:
        messages = events.messages()
    assert kinds(messages) == [
        "reasoning_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
        "stop_reason",
        "usage_statistics",
    ]
    assert messages[3]["content"] == "Kept it, with many words."
    assert messages[0]["id"] == messages[1]["id"] and messages[5]["step_count"] == 2


def test_the_first_step_is_seen_before_the_second_ends(agent, stream, model):
    model.script({"calls": [["memory_insert", TEA]]}, {"text": "late", "latency": 1.5})
    with stream(agent) as events:
        events.first("tool_return_message")
        model.wait(lambda stats: stats["answering"] == 1)
        assert events.first("assistant_message")["content"] == "late"
        list(events)


def test_tokens_come_as_deltas(agent, stream, model, listed):
    words = "one two three four five six seven"
    model.script({"think": "a thought of some length", "calls": [["memory_insert", TEA]]}, words)
    with stream(agent, stream_tokens=True) as events:
        messages = events.messages()
    thoughts = [m for m in messages if m["message_type"] == "reasoning_message"]
    texts = [m for m in messages if m["message_type"] == "assistant_message"]
    calls = [m for m in messages if m["message_type"] == "tool_call_message"]
    assert "".join(m["reasoning"] for m in thoughts) == "a thought of some length" and len(thoughts) > 1
    assert "".join(m["content"] for m in texts) == words and len(texts) > 1
    assert len({(m["id"], m["otid"]) for m in texts}) == 1 and len({(m["id"], m["otid"]) for m in thoughts}) == 1
    assert calls[0]["tool_call"]["name"] == "memory_insert" and calls[0]["tool_call"]["tool_call_id"]
    assert '"Likes tea."' in "".join(m["tool_call"].get("arguments") or "" for m in calls)
    assert thoughts[0]["id"] == calls[0]["id"] and len({m["otid"] for m in calls}) == 1
    stored = {(m["id"], m["otid"]) for m in listed(agent)}
    assert {(m["id"], m["otid"]) for m in [*thoughts, *texts, *calls]} <= stored


def test_tokens_come_while_the_model_speaks(agent, stream, model):
    model.script({"text": "one two three four five", "size": 4, "gap": 0.3})
    with stream(agent, stream_tokens=True) as events:
        assert events.first("assistant_message")["content"]
        assert model.stats()["answering"] == 1
        list(events)


def test_types_of_messages_can_be_chosen(agent, stream, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, "Done.")
    with stream(agent, include_return_message_types=["assistant_message"]) as events:
        assert kinds(events.messages()) == ["assistant_message", "stop_reason", "usage_statistics"]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_request_is_no_stream(agent, stream, path):
    with stream(agent, path=path, messages=[]) as events:
        assert events.status == 422
        assert events.headers["content-type"].startswith("application/json")


def test_a_client_that_leaves_does_not_keep_the_agent_busy(agent, stream, model, api):
    model.script({"text": "one two three four five", "fault": {"kind": "stall", "said": 1}})
    with stream(agent, stream_tokens=True) as events:
        events.first("assistant_message")
    assert model.wait(lambda stats: stats["answering"] == 0)["closed_early"] == 1
    until = time.monotonic() + 10
    # The request that was left may still be ending.
    while (reply := api.post(f"/v1/agents/{agent['id']}/messages", {"input": "REPLY Still here."})).status == 409:
        assert time.monotonic() < until, reply
        time.sleep(0.05)
    assert said(reply.json()) == "Still here."


def test_one_request_at_a_time(agent, stream, model, api):
    model.script({"text": "slow answer", "latency": 2})
    with stream(agent) as events:
        run = next(iter(events))[1]["run_id"]
        busy = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "me too"})
        assert busy.status == 409, busy
        assert "is currently being processed for this conversation" in busy.detail and run in str(busy.json())
        events.messages()

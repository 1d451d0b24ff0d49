"""Streams of letta-client 1.x: steps, tokens, background, cancelling, errors."""

import time

import letta_client
import pytest
from support.loop import TEA, kinds

PINGS = {"include_pings": False}


def streamed(stream):
    with stream:
        return list(stream)


def joined(messages, kind="assistant_message", field="content"):
    return "".join(getattr(m, field) for m in messages if m.message_type == kind)


@pytest.fixture
def stream(client, agent):
    def begin(text="hello", **more):
        return client.agents.messages.stream(agent_id=agent["id"], input=text, **{**PINGS, **more})

    return begin


def test_steps(stream, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, "Kept.")
    messages = streamed(stream())
    assert kinds(messages) == [
        "reasoning_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
        "stop_reason",
        "usage_statistics",
    ]
    assert messages[-1].step_count == 2 and messages[-2].stop_reason == "end_turn"


def test_create_streams_too(client, agent):
    messages = streamed(client.agents.messages.create(agent_id=agent["id"], input="hello", streaming=True))
    assert messages[0].message_type == "ping" and joined(messages) == "ok: hello"


def test_tokens(stream, model, client, agent):
    words = "one two three four five six"
    model.script({"think": "a thought of some length", "calls": [["memory_insert", TEA]]}, words)
    messages = streamed(stream(stream_tokens=True))
    assert (
        joined(messages) == words and joined(messages, "reasoning_message", "reasoning") == "a thought of some length"
    )
    assert len([m for m in messages if m.message_type == "assistant_message"]) > 1
    call = [m.tool_call for m in messages if m.message_type == "tool_call_message"]
    assert call[0].name == "memory_insert" and "Likes tea." in "".join(c.arguments or "" for c in call)
    listed = {m.otid for m in client.agents.messages.list(agent_id=agent["id"])}
    assert {m.otid for m in messages if getattr(m, "otid", None)} <= listed


def test_background_runs_can_be_taken_up(client, stream, model):
    model.script({"text": "one two three four five", "size": 4, "gap": 0.2})
    with stream(stream_tokens=True, background=True, include_pings=True) as events:
        first = next(m for m in events if m.message_type == "assistant_message")
    rest = streamed(client.runs.messages.stream(first.run_id, starting_after=first.seq_id, include_pings=True))
    assert first.content + joined(rest) == "one two three four five"
    assert client.runs.retrieve(first.run_id).status == "completed"


def test_asynchronous_runs(client, agent, model):
    run = client.agents.messages.create_async(agent_id=agent["id"], input="REPLY later")
    assert run.status == "created" and run.background
    until = time.monotonic() + 15
    while (found := client.runs.retrieve(run.id)).status in ("created", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert found.status == "completed" and found.stop_reason == "end_turn"
    assert joined(client.runs.messages.list(run.id)) == "later"


def test_cancel(client, agent, stream, model):
    model.script({"text": "one two three", "fault": {"kind": "stall", "said": 1, "seconds": 30}})
    with stream(stream_tokens=True) as events:
        run = next(m.run_id for m in events if m.message_type == "assistant_message")
        assert client.agents.messages.cancel(agent_id=agent["id"], run_ids=[run]) == {run: "cancelled"}
        rest = list(events)
    assert [m.stop_reason for m in rest if m.message_type == "stop_reason"] == ["cancelled"]
    model.wait(lambda stats: stats["answering"] == 0)
    assert client.runs.retrieve(run).status == "cancelled"


def test_nothing_to_cancel(client, agent):
    with pytest.raises(letta_client.ConflictError, match="No active runs to cancel"):
        client.agents.messages.cancel(agent_id=agent["id"])


STATUSES = [
    ("bad_request", letta_client.BadRequestError),
    ("authentication", letta_client.AuthenticationError),
    ("rate_limit", letta_client.RateLimitError),
    ("server_error", letta_client.InternalServerError),
]


@pytest.mark.parametrize("kind,error", STATUSES)
def test_errors_have_the_classes_of_the_sdk(client, agent, model, kind, error):
    model.script({"fault": {"kind": kind, "retry_after": 0}, "times": 10})
    with pytest.raises(error):
        client.agents.messages.create(agent_id=agent["id"], input="hello")
    model.reset()
    assert client.agents.messages.create(agent_id=agent["id"], input="REPLY well").messages[0].content == "well"


@pytest.mark.parametrize("kind", ["authentication", "rate_limit", "server_error", "overloaded"])
def test_errors_in_a_stream_are_raised(stream, model, kind):
    model.script({"fault": {"kind": kind, "retry_after": 0}, "times": 10})
    with pytest.raises(letta_client.APIStatusError) as caught:
        streamed(stream())
    told = caught.value.body
    assert told["message_type"] == "error_message" and told["error_type"].startswith("llm_") and told["run_id"]
    model.reset()


def test_an_error_after_the_first_words(stream, model):
    model.script({"text": "some words", "fault": {"kind": "error_event", "said": 1}, "times": 10})
    with pytest.raises(letta_client.APIStatusError):
        streamed(stream(stream_tokens=True))
    model.reset()
    assert joined(streamed(stream("REPLY well"))) == "well"


def test_a_busy_agent_is_a_conflict(client, agent, stream, model):
    model.script({"text": "slow", "latency": 2})
    with stream(include_pings=True) as events:
        next(iter(events))
        with pytest.raises(letta_client.ConflictError):
            client.agents.messages.create(agent_id=agent["id"], input="me too")
        list(events)

"""`client.conversations` of letta-client 1.x."""

import letta_client
import pytest
from support.asked import users
from support.loop import kinds
from support.versions import newer


@pytest.fixture
def conversation(client, agent):
    return client.conversations.create(agent_id=agent["id"], summary="about tea")


def said(stream):
    with stream:
        return "".join(m.content for m in stream if m.message_type == "assistant_message")


def test_create_retrieve_update_list(client, agent, conversation):
    assert conversation.id.startswith("conv-") and conversation.agent_id == agent["id"]
    assert client.conversations.retrieve(conversation.id).summary == "about tea"
    assert client.conversations.update(conversation.id, summary="about milk").summary == "about milk"
    other = client.conversations.create(agent_id=agent["id"])
    assert [c.id for c in client.conversations.list(agent_id=agent["id"])] == [other.id, conversation.id]


@newer
def test_delete(client, conversation):
    client.conversations.delete(conversation.id)
    with pytest.raises(letta_client.NotFoundError):
        client.conversations.retrieve(conversation.id)


def test_messages(client, agent, conversation, model):
    assert said(client.conversations.messages.create(conversation.id, input="REPLY one")) == "one"
    assert said(client.conversations.messages.create(conversation.id, input="REPLY two")) == "two"
    assert users(model.last_request()) == ["REPLY one", "REPLY two"]
    listed = client.conversations.messages.list(conversation.id, order="asc")
    assert kinds([m for m in listed if m.message_type != "system_message"]) == ["user_message", "assistant_message"] * 2
    client.agents.messages.create(agent_id=agent["id"], input="elsewhere")
    assert users(model.last_request()) == ["elsewhere"]


@newer
def test_the_default_conversation(client, agent):
    stream = client.conversations.messages.create("default", agent_id=agent["id"], input="REPLY here")
    assert said(stream) == "here"
    listed = client.conversations.messages.list("default", agent_id=agent["id"])
    assert "here" in [getattr(m, "content", None) for m in listed]


def test_background(client, conversation, model):
    model.script({"text": "one two three four", "size": 4, "gap": 0.2})
    with client.conversations.messages.create(
        conversation.id, input="x", background=True, stream_tokens=True
    ) as stream:
        first = next(m for m in stream if m.message_type == "assistant_message")
    rest = said(client.conversations.messages.stream(conversation.id, starting_after=first.seq_id))
    assert first.content + rest == "one two three four"


def test_cancel(client, conversation, model):
    model.script({"text": "one two three", "fault": {"kind": "stall", "said": 1, "seconds": 30}})
    with client.conversations.messages.create(conversation.id, input="x", stream_tokens=True) as stream:
        run = next(m.run_id for m in stream if m.message_type == "assistant_message")
        assert client.conversations.cancel(conversation.id) == {run: "cancelled"}
        list(stream)


@newer
def test_fork_compact_recompile(client, agent, conversation, model):
    for number in range(5):
        said(client.conversations.messages.create(conversation.id, input=f"count {number}"))
    fork = client.conversations.fork(conversation.id)
    assert said(client.conversations.messages.create(fork.id, input="REPLY forked")) == "forked"
    assert users(model.last_request())[0] == "count 0"
    model.script("They counted.")
    made = client.conversations.messages.compact(conversation.id, compaction_settings={"mode": "all"})
    assert "They counted." in made.summary
    assert "Name: Ada" in client.conversations.recompile(conversation.id)


def test_busy(client, conversation, model):
    model.script({"text": "slow", "latency": 2})
    with client.conversations.messages.create(conversation.id, input="x") as stream:
        next(iter(stream))
        with pytest.raises(letta_client.ConflictError):
            client.conversations.messages.create(conversation.id, input="y")
        list(stream)

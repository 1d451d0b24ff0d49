"""`client.conversations`, and lists of runs and steps, of letta-client 1.x, as far as they go without a model."""

import inspect

import letta_client
import pytest


@pytest.fixture
def conversation(client, agent):
    return client.conversations.create(agent_id=agent["id"], summary="Plans for May")


def test_a_conversation_is_made_with_its_own_system_message(client, agent, conversation):
    assert conversation.id.startswith("conv-") and conversation.agent_id == agent["id"]
    assert conversation.in_context_message_ids == []
    found = client.conversations.retrieve(conversation.id)
    (system,) = client.conversations.messages.list(conversation.id)
    assert found.in_context_message_ids == [system.id]
    assert system.message_type == "system_message" and f"CONVERSATION_ID: {conversation.id}" in system.content


def test_conversations_are_listed_and_changed(client, agent, conversation):
    other = client.conversations.create(agent_id=agent["id"])
    listed = client.conversations.list(agent_id=agent["id"])
    assert [c.id for c in listed] == [other.id, conversation.id]
    assert [c.id for c in client.conversations.list(agent_id=agent["id"], limit=1, after=other.id)] == [conversation.id]
    found = client.conversations.list(agent_id=agent["id"], extra_query={"summary_search": "may"})
    assert [c.id for c in found] == [conversation.id]
    changed = client.conversations.update(conversation.id, summary="Plans for June")
    assert changed.summary == client.conversations.retrieve(conversation.id).summary == "Plans for June"


def test_the_agents_own_thread_goes_by_default(client, agent):
    own = client.agents.messages.list(agent["id"], conversation_id="default").items
    by_path = client.get(f"/v1/conversations/default/messages?agent_id={agent['id']}", cast_to=object)
    assert [m["id"] for m in by_path] == [m.id for m in own]


def test_a_deleted_conversation_is_gone(client, agent, conversation):
    if not hasattr(client.conversations, "delete"):
        pytest.skip("this version of the SDK deletes no conversations")
    client.conversations.delete(conversation.id)
    with pytest.raises(letta_client.NotFoundError):
        client.conversations.retrieve(conversation.id)
    assert client.conversations.list(agent_id=agent["id"]) == []


def test_a_fork_and_a_recompiled_prompt(client, agent, conversation):
    if not hasattr(client.conversations, "fork"):
        pytest.skip("this version of the SDK forks no conversations")
    fork = client.conversations.fork(conversation.id)
    assert fork.id != conversation.id and len(fork.in_context_message_ids) == 1
    client.agents.blocks.update("human", agent_id=agent["id"], value="Name: Eve")
    assert "Name: Eve" in client.conversations.recompile(fork.id, dry_run=True)
    own = client.conversations.fork("default", agent_id=agent["id"])
    assert len(own.in_context_message_ids) == len(client.agents.retrieve(agent["id"]).message_ids)
    if "message_id" in inspect.signature(client.conversations.fork).parameters:
        until = client.agents.retrieve(agent["id"]).message_ids[0]
        part = client.conversations.fork("default", agent_id=agent["id"], message_id=until)
        assert len(part.in_context_message_ids) == 1


def test_runs_and_steps_of_an_agent_that_never_ran(client, agent, missing_id):
    assert client.runs.list(agent_id=agent["id"]).items == []
    assert client.steps.list(agent_id=agent["id"]).items == []
    assert isinstance(client.steps.list().items, list)
    for call in (client.runs.retrieve, client.runs.usage.retrieve):
        with pytest.raises(letta_client.NotFoundError):
            call(missing_id("run"))
    with pytest.raises(letta_client.NotFoundError):
        client.steps.retrieve(missing_id("step"))

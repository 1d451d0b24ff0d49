"""Approvals and client-side tools through letta-client 1.x."""

import letta_client
import pytest
from support.loop import TEA, kinds, one

READ = {
    "name": "Read",
    "description": "Reads.",
    "parameters": {"type": "object", "properties": {"path": {"type": "string"}}},
}


@pytest.fixture
def asked(client, agent, model):
    client.agents.tools.update_approval("memory_insert", agent_id=agent["id"], body_requires_approval=True)
    model.script({"calls": [["memory_insert", TEA]]})
    reply = client.agents.messages.create(agent_id=agent["id"], input="I like tea")
    assert reply.stop_reason.stop_reason == "requires_approval"
    return one(reply.messages, "approval_request_message")


@pytest.fixture
def answer(client, agent):
    def give(approval, **more):
        message = {"type": "approval", "approvals": [approval]}
        return client.agents.messages.create(agent_id=agent["id"], messages=[message], **more)

    return give


def test_approve(asked, answer, block, agent, model):
    model.script("Kept.")
    reply = answer({"type": "approval", "tool_call_id": asked.tool_call.tool_call_id, "approve": True})
    assert kinds(reply.messages) == ["tool_return_message", "assistant_message"] and "Likes tea." in block(agent)


def test_deny(asked, answer, block, agent, model):
    model.script("As you wish.")
    denied = {"type": "approval", "tool_call_id": asked.tool_call.tool_call_id, "approve": False, "reason": "no tea"}
    result = one(answer(denied).messages, "tool_return_message")
    assert result.tool_return == "Error: request to call tool denied. User reason: no tea" and result.status == "error"
    assert "Likes tea." not in block(agent)


def test_pending(client, asked, agent):
    found = client.agents.retrieve(agent["id"], include=["agent.pending_approval"])
    assert found.pending_approval.id == asked.id
    assert client.agents.retrieve(agent["id"]).pending_approval is None
    with pytest.raises(letta_client.ConflictError) as caught:
        client.agents.messages.create(agent_id=agent["id"], input="hello?")
    assert caught.value.body["detail"]["code"] == "PENDING_APPROVAL"
    assert caught.value.body["detail"]["pending_request_id"] == asked.id


def test_a_wrong_call(asked, answer):
    with pytest.raises(letta_client.BadRequestError, match="Invalid tool call IDs"):
        answer({"type": "approval", "tool_call_id": "call_other", "approve": True})


def test_streamed(client, asked, agent, model):
    model.script("Kept.")
    approval = {"type": "approval", "tool_call_id": asked.tool_call.tool_call_id, "approve": True}
    stream = client.agents.messages.stream(
        agent_id=agent["id"], messages=[{"type": "approval", "approvals": [approval]}], include_pings=False
    )
    assert kinds(list(stream)) == ["tool_return_message", "assistant_message", "stop_reason", "usage_statistics"]


@pytest.mark.parametrize("status", ["success", "error"])
def test_client_tools(client, agent, answer, model, status):
    model.script({"calls": [["Read", {"path": "a"}]]}, "It says 42.")
    reply = client.agents.messages.create(agent_id=agent["id"], input="read", client_tools=[READ])
    request = one(reply.messages, "approval_request_message")
    assert request.tool_call.name == "Read" and reply.stop_reason.stop_reason == "requires_approval"
    result = {"type": "tool", "tool_call_id": request.tool_call.tool_call_id, "tool_return": "42", "status": status}
    assert answer(result, client_tools=[READ]).messages[-1].content == "It says 42."
    listed = client.agents.messages.list(agent_id=agent["id"], order="asc").items
    assert one(listed, "tool_return_message").status == status

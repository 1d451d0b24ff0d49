"""Tools that the client runs itself, as the terminal client does."""

import pytest
from proof.events import Events
from support.asked import results, tools
from support.loop import TEA, kinds, one, said, stop

READ = {
    "name": "Read",
    "description": "Reads a file.",
    "parameters": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
}


@pytest.fixture
def asked(agent, send, model):
    model.script({"calls": [["Read", {"path": "a.txt"}]]})
    reply = send(agent, "read a.txt", client_tools=[READ])
    assert stop(reply) == "requires_approval"
    return one(reply["messages"], "approval_request_message")


def test_they_are_offered_beside_the_agents_own(agent, asked, model):
    offered = tools(model.last_request())
    assert offered["Read"]["required"] == ["path"] and "memory_insert" in offered
    assert asked["tool_call"]["arguments"] == '{"path": "a.txt"}'


@pytest.mark.parametrize("form", ["approval", "tool_return"])
@pytest.mark.parametrize("status", ["success", "error"])
def test_the_client_gives_the_result(agent, asked, send, model, listed, form, status):
    model.script("I read it.")
    result = {"type": "tool", "tool_call_id": asked["tool_call"]["tool_call_id"], "tool_return": "42", "status": status}
    key = "approvals" if form == "approval" else "tool_returns"
    reply = send(agent, messages=[{"type": form, key: [result], "otid": "o-1"}], client_tools=[READ])
    assert said(reply) == "I read it."
    assert "42" in results(model.last_request())[-1]
    stored = [m for m in listed(agent) if m["message_type"] == "tool_return_message"]
    assert stored[-1]["tool_return"] == "42" and stored[-1]["status"] == status


def test_output_streams_are_kept(agent, asked, send, model, listed):
    model.script("Seen.")
    result = {
        "type": "tool",
        "tool_call_id": asked["tool_call"]["tool_call_id"],
        "tool_return": "x",
        "status": "success",
    }
    send(agent, messages=[{"type": "approval", "approvals": [{**result, "stdout": ["out"], "stderr": ["err"]}]}])
    stored = one(listed(agent), "tool_return_message")
    assert stored["stdout"] == ["out"] and stored["stderr"] == ["err"]


def test_the_user_may_refuse(agent, asked, send, model):
    model.script("Then not.")
    denied = {
        "type": "approval",
        "tool_call_id": asked["tool_call"]["tool_call_id"],
        "approve": False,
        "reason": "secret",
    }
    reply = send(agent, messages=[{"type": "approval", "approvals": [denied]}], client_tools=[READ])
    assert said(reply) == "Then not."
    assert "Error: request to call tool denied. User reason: secret" in results(model.last_request())[-1]


def test_a_mixed_answer_runs_what_is_the_servers(new_agent, send, model, block):
    agent = new_agent(model_settings={"provider_type": "openai", "parallel_tool_calls": True})
    model.script({"calls": [["memory_insert", TEA], ["Read", {"path": "b"}]]}, "Both.")
    request = one(send(agent, "x", client_tools=[READ])["messages"], "approval_request_message")
    assert [c["name"] for c in request["tool_calls"]] == ["Read"]
    result = {
        "type": "tool",
        "tool_call_id": request["tool_call"]["tool_call_id"],
        "tool_return": "b",
        "status": "success",
    }
    assert said(send(agent, messages=[{"type": "approval", "approvals": [result]}], client_tools=[READ])) == "Both."
    assert "Likes tea." in block(agent)


def test_as_the_terminal_client_streams_them(api, server, agent, model):
    """Background, by tokens, over a conversation; then the result."""
    conversation = api.post(f"/v1/conversations/?agent_id={agent['id']}", {}).json()["id"]
    path = f"/v1/conversations/{conversation}/messages"
    common = {"streaming": True, "stream_tokens": True, "include_pings": True, "background": True}
    common |= {"client_tools": [READ], "client_skills": [], "include_compaction_messages": True}
    words = {"role": "user", "content": [{"type": "text", "text": "read it"}], "otid": "otid-1"}
    model.script({"think": "Let me look.", "calls": [["Read", {"path": "a.txt"}]]}, "It says 42.")
    with Events(server.url, path, {"messages": [words], **common}) as events:
        data = events.messages()
    asked = [d for d in data if d["message_type"] == "approval_request_message"]
    arguments = "".join(d["tool_call"].get("arguments") or "" for d in asked)
    call = next(d["tool_call"]["tool_call_id"] for d in asked if d["tool_call"].get("tool_call_id"))
    assert arguments == '{"path": "a.txt"}' and all(d["run_id"] and d["seq_id"] for d in asked)
    assert {"message_type": "stop_reason", "stop_reason": "requires_approval"}.items() <= data[-2].items()
    result = {"type": "tool", "tool_call_id": call, "tool_return": "42", "status": "success"}
    answer = {"type": "approval", "approvals": [result], "otid": "otid-2"}
    with Events(server.url, path, {"messages": [answer], **common}) as events:
        data = events.messages()
    assert "".join(d["content"] for d in data if d["message_type"] == "assistant_message") == "It says 42."
    stored = api.get(path, {"order": "asc", "limit": 50}).json()
    assert kinds(stored)[-5:] == [
        "reasoning_message",
        "approval_request_message",
        "approval_response_message",
        "tool_return_message",
        "assistant_message",
    ]

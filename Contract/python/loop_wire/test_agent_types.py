"""The kinds of agents: their loops, tools and prompts."""

import json

import pytest
from support.asked import forced, system, tools, users
from support.loop import kinds, one, said, stop


@pytest.fixture
def classic(new_agent):
    return new_agent(agent_type="memgpt_agent")


def heartbeat(arguments, wanted=True):
    return {**arguments, "request_heartbeat": wanted}


def test_classic_agents_speak_through_a_tool(classic, send, listed, model):
    model.script({"calls": [["send_message", {"thinking": "They greet me.", "message": "Hello!"}]]})
    reply = send(classic, "hello")
    assert kinds(reply["messages"]) == ["reasoning_message", "assistant_message"]
    assert said(reply) == "Hello!" and reply["messages"][0]["source"] == "non_reasoner_model"
    assert reply["messages"][0]["reasoning"] == "They greet me."
    assert stop(reply) == "tool_rule" or stop(reply) == "end_turn"
    assert kinds(listed(classic))[-2:] == ["reasoning_message", "assistant_message"]


def test_they_have_to_call_something(classic, send, model):
    send(classic, "REPLY Hello!")
    request = model.last_request()
    offered = tools(request)
    assert forced(request)
    assert {"send_message", "conversation_search", "core_memory_append", "core_memory_replace"} <= set(offered)
    assert "request_heartbeat" in offered["core_memory_append"]["required"]
    assert any("thinking" in schema["properties"] for schema in offered.values())


def test_the_call_itself_is_seen_when_asked(classic, send, model):
    model.script({"calls": [["send_message", {"message": "Hello!"}]]})
    reply = send(classic, "hello", use_assistant_message=False)
    call = one(reply["messages"], "tool_call_message")["tool_call"]
    assert call["name"] == "send_message" and json.loads(call["arguments"])["message"] == "Hello!"
    assert one(reply["messages"], "tool_return_message")["status"] == "success"
    assert "assistant_message" not in kinds(reply["messages"])


def test_another_tool_may_speak(classic, send, model):
    model.script({"calls": [["send_message", {"message": "Hello!"}]]})
    names = {"assistant_message_tool_name": "other_tool", "assistant_message_tool_kwarg": "text"}
    assert "tool_call_message" in kinds(send(classic, "hello", **names)["messages"])


def test_heartbeats_let_it_go_on(classic, send, block, model):
    model.script(
        {"calls": [["core_memory_append", heartbeat({"label": "human", "content": "Likes tea."})]]},
        {"calls": [["send_message", {"message": "Kept."}]]},
    )
    assert said(send(classic, "I like tea")) == "Kept." and "Likes tea." in block(classic)
    assert "heartbeat" in str(model.last_request()["body"])


def test_rules_of_classic_agents_go_on_without_heartbeats(classic, send, model):
    """continue_loop is one of their base rules for what edits memory."""
    model.script(
        {"calls": [["core_memory_append", heartbeat({"label": "human", "content": "x"}, False)]]},
        {"calls": [["send_message", {"message": "Kept."}]]},
    )
    assert said(send(classic, "x")) == "Kept."


def test_without_rules_and_heartbeat_it_ends(new_agent, send, model):
    agent = new_agent(agent_type="memgpt_agent", include_base_tool_rules=False)
    model.script({"calls": [["core_memory_append", heartbeat({"label": "human", "content": "x"}, False)]]})
    reply = send(agent, "x")
    assert stop(reply) == "end_turn" and "assistant_message" not in kinds(reply["messages"])


def test_words_instead_of_a_call_end_the_turn(classic, send, model):
    model.script({"text": "Just words."})
    reply = send(classic, "hello")
    assert stop(reply) == "end_turn" and said(reply) == "Just words."


def test_words_of_the_user_are_in_an_envelope_that_clients_do_not_see(classic, send, listed, model):
    send(classic, "REPLY hello there")
    assert "REPLY hello there" in users(model.last_request())[-1]
    assert [m["content"] for m in listed(classic) if m["message_type"] == "user_message"][-1] == "REPLY hello there"


def test_newer_agents_have_no_heartbeats(agent, send, model):
    send(agent, "hello")
    request = model.last_request()
    assert forced(request) is None and set(tools(request)) == {"conversation_search", "memory_insert", "memory_replace"}
    assert all("request_heartbeat" not in schema["properties"] for schema in tools(request).values())


@pytest.mark.parametrize("kind", ["react_agent", "workflow_agent"])
def test_kinds_without_memory_in_the_prompt(new_agent, send, model, kind):
    agent = new_agent(agent_type=kind, tools=["send_message"], include_base_tools=False)
    send(agent, "REPLY hi")
    assert "Name: Ada" not in system(model.last_request()) and "<memory_blocks>" not in system(model.last_request())


def test_workflows_forget_what_was_said(new_agent, send, model):
    agent = new_agent(agent_type="workflow_agent", tools=["send_message"], include_base_tools=False)
    assert agent["message_buffer_autoclear"] is True
    send(agent, "REPLY first")
    send(agent, "REPLY second")
    told = users(model.last_request())
    assert "REPLY second" in told[-1] and not any("REPLY first" in words for words in told)


def test_a_buffer_that_is_cleared(new_agent, send, model, listed):
    agent = new_agent(message_buffer_autoclear=True)
    send(agent, "REPLY first")
    send(agent, "REPLY second")
    assert not any("REPLY first" in words for words in users(model.last_request()))
    assert "first" in [m.get("content") for m in listed(agent)]


def test_sleeptime_agents_end_with_their_tool(new_agent, send, block, model):
    agent = new_agent(agent_type="sleeptime_agent")
    model.script(
        {"calls": [["memory_rethink", {"label": "human", "new_memory": "Ada, who likes tea."}]]},
        {"calls": [["memory_finish_edits", {}]]},
    )
    reply = send(agent, "x")
    assert stop(reply) == "tool_rule" and block(agent) == "Ada, who likes tea."
    assert set(tools(model.last_request())) == {
        "memory_replace",
        "memory_insert",
        "memory_rethink",
        "memory_finish_edits",
    }


def test_line_numbers_are_for_anthropic_only(new_agent, send, model):
    for handle, numbered in (("anthropic/claude-sonnet-4-5-20250929", True), ("openai/gpt-4o-mini", False)):
        send(new_agent(model=handle), "hello")
        assert ("1→ Name: Ada" in system(model.last_request())) is numbered

"""`POST /v1/agents/{id}/messages`: what is sent, what comes back, what stays."""

import uuid

import pytest
from support.asked import system, users
from support.loop import TEA, kinds, one, said, stop
from support.shapes import MESSAGE_TIME, is_id

COMMON = {"id", "date", "name", "message_type", "otid", "sender_id", "step_id", "is_err", "seq_id", "run_id"}
USAGE = set(
    "message_type completion_tokens prompt_tokens total_tokens step_count run_ids cached_input_tokens "
    "cache_write_tokens reasoning_tokens context_tokens".split()
)


def otids(message):
    """The otids that an id allows: its own uuid with the low seven bits counting from nought."""
    number = int(message["id"].removeprefix("message-").replace("-", ""), 16) & ~0x7F
    return [str(uuid.UUID(int=number + place)) for place in range(8)]


def test_an_answer_in_words(agent, send, model):
    model.script({"text": "Hello, Ada.", "usage": {"input": 100, "cached": 40, "output": 6}})
    reply = send(agent, "hello")
    assert set(reply) >= {"messages", "stop_reason", "usage"}
    message = one(reply["messages"], "assistant_message")
    assert reply["messages"] == [message] and message["content"] == "Hello, Ada."
    assert set(message) >= COMMON
    assert is_id(message["id"], "message") and is_id(message["step_id"], "step") and is_id(message["run_id"], "run")
    assert MESSAGE_TIME.fullmatch(message["date"]) and message["otid"] == otids(message)[0]
    assert message["name"] is None and message["sender_id"] is None and message["is_err"] is None
    assert reply["stop_reason"] == {"message_type": "stop_reason", "stop_reason": "end_turn"}
    usage = reply["usage"]
    assert set(usage) >= USAGE and usage["message_type"] == "usage_statistics"
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (100, 6, 106)
    assert (usage["step_count"], usage["cached_input_tokens"]) == (1, 40)


def test_the_model_sees_memory_and_words(agent, send, model):
    send(agent, "what is my name?")
    request = model.last_request()
    assert "Name: Ada" in system(request) and "<memory_blocks>" in system(request)
    assert users(request)[-1] == "what is my name?"


def test_a_call_of_a_tool(agent, send, model):
    model.script(
        {"think": "Worth keeping.", "text": "One moment.", "calls": [["memory_insert", TEA]]},
        {"text": "Kept.", "usage": {"input": 70, "output": 5}},
    )
    reply = send(agent, "I like tea")
    assert kinds(reply["messages"]) == [
        "reasoning_message",
        "assistant_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
    ]
    thought, words, call, result, last = reply["messages"]
    assert thought["reasoning"] == "Worth keeping." and thought["source"] == "reasoner_model"
    assert thought["id"] == words["id"] == call["id"] != result["id"] != last["id"]
    assert [thought["otid"], words["otid"], call["otid"]] == otids(call)[:3]
    assert call["tool_call"]["name"] == "memory_insert" and call["tool_call"]["tool_call_id"]
    assert call["tool_calls"] == [call["tool_call"]]
    assert result["tool_call_id"] == call["tool_call"]["tool_call_id"] and result["status"] == "success"
    assert result["name"] == "memory_insert" and "Likes tea." in result["tool_return"]
    assert result["tool_returns"][0]["tool_return"] == result["tool_return"]
    assert call["step_id"] == result["step_id"] != last["step_id"] and call["run_id"] == last["run_id"]
    assert reply["usage"]["step_count"] == 2 and stop(reply) == "end_turn"


def test_usage_is_added_up_over_steps(agent, send, model):
    model.script(
        {"calls": [["memory_insert", TEA]], "usage": {"input": 50, "output": 10}},
        {"text": "x", "usage": {"input": 70, "output": 5}},
    )
    usage = send(agent, "x")["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (120, 15, 135)


def test_what_was_said_is_listed_newest_first(api, agent, send, listed, model):
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    reply = send(agent, messages=[{"role": "user", "content": "I like tea", "otid": "my-own-otid"}])
    stored = listed(agent)
    assert kinds(stored) == ["user_message", "tool_call_message", "tool_return_message", "assistant_message"]
    assert stored[0]["content"] == "I like tea" and stored[0]["otid"] == "my-own-otid"
    assert [m["id"] for m in stored[1:]] == [m["id"] for m in reply["messages"]]
    assert [m["otid"] for m in stored[1:]] == [m["otid"] for m in reply["messages"]]
    newest = api.get(f"/v1/agents/{agent['id']}/messages").json()
    assert [m["id"] for m in newest[:4]] == [m["id"] for m in stored[::-1]]


def test_pages_count_stored_messages(api, agent, send, listed, model):
    model.script({"think": "hm", "text": "a", "calls": [["memory_insert", TEA]]}, "b")
    send(agent, "x")
    page = api.get(f"/v1/agents/{agent['id']}/messages", {"order": "desc", "limit": 3}).json()
    assert len({m["id"] for m in page}) == 3 and len(page) == 5
    rest = api.get(f"/v1/agents/{agent['id']}/messages", {"order": "desc", "after": page[-1]["id"]}).json()
    assert not {m["id"] for m in rest} & {m["id"] for m in page}
    assert "user_message" in kinds(rest)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": "a", "messages": [{"role": "user", "content": "b"}]},
        {"messages": []},
        {"messages": [{"role": "wizard", "content": "b"}]},
        {"messages": [{"role": "user"}]},
        {"input": "a", "max_steps": "many"},
        {"input": "a", "background": True},
        {"input": "a", "stream_tokens": True},
    ],
)
def test_what_is_no_request_is_422(agent, send, model, body):
    refused = send(agent, status=422, **body)
    assert isinstance(refused["detail"], str)
    assert model.stats()["requests"] == 0


def test_an_unknown_agent_is_404(api, missing_id, model):
    reply = api.post(f"/v1/agents/{missing_id('agent')}/messages", {"input": "x"})
    assert reply.status == 404 and missing_id("agent") in reply.detail
    assert api.post("/v1/agents/agent-1/messages", {"input": "x"}).status == 422


def test_parts_and_several_messages(agent, send, listed, model):
    parts = [{"type": "text", "text": "first"}, {"type": "text", "text": "second"}]
    send(agent, messages=[{"role": "user", "content": parts}, {"role": "user", "content": "third"}])
    told = "\n".join(users(model.last_request()))
    assert "first" in told and "second" in told and "third" in told
    assert kinds(listed(agent)).count("user_message") == 2


def test_an_image_reaches_the_model(agent, send, model):
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    source = {"type": "base64", "media_type": "image/png", "data": pixel}
    send(
        agent,
        messages=[{"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image", "source": source}]}],
    )
    assert pixel in str(model.last_request()["body"])


def test_a_system_message_and_a_name(agent, send, listed, model):
    send(
        agent, messages=[{"role": "system", "content": "Speak French."}, {"role": "user", "content": "x", "name": "Bo"}]
    )
    assert "Speak French." in str(model.last_request()["body"])
    assert listed(agent)[0]["name"] == "Bo"


@pytest.mark.parametrize("steps,expected", [(1, 1), (2, 2), (3, 3)])
def test_steps_are_limited(agent, send, model, steps, expected):
    model.script({"calls": [["conversation_search", {"query": "tea"}]], "times": steps})
    reply = send(agent, "x", max_steps=steps)
    assert stop(reply) == "max_steps" and reply["usage"]["step_count"] == expected
    assert kinds(reply["messages"])[-1] == "tool_return_message"
    assert said(send(agent, "REPLY still here")) == "still here"


def test_types_of_messages_can_be_chosen(agent, send, listed, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, "Done.")
    reply = send(agent, "x", include_return_message_types=["assistant_message", "tool_call_message"])
    assert kinds(reply["messages"]) == ["tool_call_message", "assistant_message"]
    assert len(listed(agent)) == 5


def test_several_calls_in_one_answer(new_agent, send, block, model):
    agent = new_agent(parallel_tool_calls=True, model_settings={"provider_type": "openai", "parallel_tool_calls": True})
    second = {"label": "persona", "new_string": "I am calm."}
    model.script({"calls": [["memory_insert", TEA], ["memory_insert", second]]}, "Both kept.")
    reply = send(agent, "x")
    call = one(reply["messages"], "tool_call_message")
    assert len(call["tool_calls"]) == 2 and call["tool_call"] == call["tool_calls"][0]
    results = [r for m in reply["messages"] if m["message_type"] == "tool_return_message" for r in m["tool_returns"]]
    assert [r["tool_call_id"] for r in results] == [c["tool_call_id"] for c in call["tool_calls"]]
    assert "Likes tea." in block(agent) and "I am calm." in block(agent, "persona")


def test_without_parallel_calls_only_the_first_counts(new_agent, send, block, model):
    agent = new_agent(model_settings={"provider_type": "openai", "parallel_tool_calls": False})
    model.script({"calls": [["memory_insert", TEA], ["memory_insert", {**TEA, "new_string": "Never."}]]}, "One kept.")
    reply = send(agent, "x")
    assert len(one(reply["messages"], "tool_call_message")["tool_calls"]) == 1
    assert "Likes tea." in block(agent) and "Never." not in block(agent)


def test_hidden_thoughts_of_anthropic(new_agent, send, model):
    thinking = {"type": "enabled", "budget_tokens": 2048}
    settings = {"provider_type": "anthropic", "max_output_tokens": 8000, "thinking": thinking}
    agent = new_agent(model="anthropic/claude-sonnet-4-5-20250929", model_settings=settings)
    model.script(
        {"pieces": [{"think": "Openly."}, {"redacted": "b3BhcXVl"}, {"call": "memory_insert", "arguments": TEA}]},
        "Done.",
    )
    reply = send(agent, "x")
    thought = one(reply["messages"], "reasoning_message")
    assert thought["reasoning"] == "Openly." and thought["signature"]
    hidden = one(reply["messages"], "hidden_reasoning_message")
    assert hidden["state"] == "redacted"
    # What was thought goes back as it came; the model server complains of a forged signature by itself.
    assert "b3BhcXVl" in str(model.last_request()["body"])


@pytest.mark.parametrize(
    "handle", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5-20250929", "google_ai/gemini-2.5-flash"]
)
def test_every_provider_holds_a_conversation_with_tools(new_agent, send, block, model, handle):
    agent = new_agent(model=handle)
    reply = send(agent, 'THINK hm\nCALL memory_insert {"label": "human", "new_string": "Likes tea."}\nREPLY Kept.')
    assert said(reply) == "Kept." and "Likes tea." in block(agent)
    assert said(send(agent, "REPLY And again.")) == "And again."

"""`client.agents.messages` of letta-client 0.1.x."""

import time

import pytest
from letta_client import MessageCreate
from letta_client.core.api_error import ApiError
from support.loop import TEA, kinds, one

HELLO = [MessageCreate(role="user", content="hello")]


def words(text):
    return [MessageCreate(role="user", content=text)]


@pytest.fixture
def talk(client, agent):
    return lambda text="hello", **more: client.agents.messages.create(agent["id"], messages=words(text), **more)


def refused(status, call, *arguments, **named):
    with pytest.raises(ApiError) as caught:
        call(*arguments, **named)
    assert caught.value.status_code == status, caught.value
    return caught.value.body


def test_an_answer(talk):
    reply = talk()
    assert one(reply.messages, "assistant_message").content == "ok: hello"
    assert reply.stop_reason.stop_reason == "end_turn" and reply.usage.step_count == 1


def test_tools(client, talk, agent, block, model):
    model.script({"think": "Worth keeping.", "calls": [["memory_insert", TEA]]}, "Kept.")
    reply = talk("I like tea")
    assert kinds(reply.messages) == [
        "reasoning_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
    ]
    assert reply.messages[1].tool_call.name == "memory_insert" and reply.messages[2].status == "success"
    assert "Likes tea." in block(agent)
    listed = kinds(client.agents.messages.list(agent["id"], limit=20))
    assert {"user_message", "tool_call_message", "tool_return_message", "assistant_message"} <= set(listed)


def test_options(talk, model):
    model.script({"calls": [["conversation_search", {"query": "x"}]]})
    assert talk(max_steps=1).stop_reason.stop_reason == "max_steps"
    model.script({"think": "hm", "text": "said"})
    assert kinds(talk(include_return_message_types=["assistant_message"]).messages) == ["assistant_message"]


def test_classic_agents(client, new_agent, model):
    agent = new_agent(agent_type="memgpt_agent")
    say = {"calls": [["send_message", {"message": "Hello!"}]]}
    model.script(say, say)
    shown = client.agents.messages.create(agent["id"], messages=HELLO)
    assert one(shown.messages, "assistant_message").content == "Hello!"
    raw = client.agents.messages.create(agent["id"], messages=HELLO, use_assistant_message=False)
    assert one(raw.messages, "tool_call_message").tool_call.name == "send_message"


def test_streams(client, agent, model):
    model.script({"think": "hm", "text": "one two three four"})
    stream = client.agents.messages.create_stream(agent["id"], messages=HELLO, stream_tokens=True)
    messages = list(stream)
    assert "".join(m.content for m in messages if m.message_type == "assistant_message") == "one two three four"
    assert kinds(messages)[-2:] == ["stop_reason", "usage_statistics"]


def test_background_and_resume(client, agent, model):
    model.script({"text": "one two three four", "size": 4, "gap": 0.2})
    stream = client.agents.messages.create_stream(agent["id"], messages=HELLO, stream_tokens=True, background=True)
    first = next(m for m in stream if m.message_type == "assistant_message")
    stream.close()
    rest = client.runs.stream(first.run_id, starting_after=first.seq_id)
    assert (
        first.content + "".join(m.content for m in rest if m.message_type == "assistant_message")
        == "one two three four"
    )


def test_later(client, agent):
    run = client.agents.messages.create_async(agent["id"], messages=words("REPLY later"))
    assert run.status == "created"
    until = time.monotonic() + 15
    while (found := client.runs.retrieve(run.id)).status in ("created", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert found.status == "completed"
    assert one(client.runs.messages.list(run.id), "assistant_message").content == "later"


def test_cancel(client, agent, talk, model):
    assert "No active runs" in str(refused(409, client.agents.messages.cancel, agent["id"]))
    model.script({"text": "never", "latency": 30})
    run = client.agents.messages.create_async(agent["id"], messages=HELLO)
    model.wait(lambda stats: stats["answering"] == 1)
    assert client.agents.messages.cancel(agent["id"], run_ids=[run.id]) == {run.id: "cancelled"}
    model.wait(lambda stats: stats["answering"] == 0)
    assert client.runs.retrieve(run.id).status == "cancelled"


def test_reset_summarize_preview(client, agent, talk, model):
    for number in range(6):
        talk(f"count {number}")
    model.script("They counted.")
    client.agents.messages.summarize(agent["id"], max_message_length=5)
    from letta_client import LettaRequest

    shown = client.agents.messages.preview(agent["id"], request=LettaRequest(messages=words("look at me")))
    assert "look at me" in str(shown)
    client.agents.messages.reset(agent["id"], add_default_initial_messages=False)
    assert "count" not in str([m for m in client.agents.messages.list(agent["id"]) if m.message_type == "user_message"])


def test_modify(client, agent, talk, model):
    from letta_client import UpdateUserMessage

    talk("colour is red")
    message = one(client.agents.messages.list(agent["id"]), "user_message").id
    client.agents.messages.modify(agent["id"], message, request=UpdateUserMessage(message_type="user_message", content="colour is blue"))
    talk("hello")
    assert "colour is blue" in str(model.last_request()["body"])


def test_search(client, talk, agent, unique):
    talk(f"{unique} said")
    found = client.agents.messages.search(query=unique, search_mode="fts", limit=5)
    assert any(unique in result.embedded_text for result in found)


@pytest.mark.parametrize("kind,status", [("authentication", 401), ("rate_limit", 429), ("bad_request", 400)])
def test_errors_of_providers(client, agent, talk, model, kind, status):
    model.script({"fault": {"kind": kind, "retry_after": 0}, "times": 10})
    body = refused(status, talk, request_options={"max_retries": 0})
    assert body["error"]["type"].startswith("llm_")
    model.reset()
    assert one(talk("REPLY well").messages, "assistant_message").content == "well"


def test_approvals(client, agent, talk, block, model):
    from letta_client import ApprovalCreate

    client.agents.tools.modify_approval(agent["id"], "memory_insert", requires_approval=True)
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    request = one(talk("I like tea").messages, "approval_request_message")
    assert refused(409, talk, "hello?", request_options={"max_retries": 0})["detail"]["code"] == "PENDING_APPROVAL"
    answer = ApprovalCreate(approve=True, approval_request_id=request.id)
    client.agents.messages.create(agent["id"], messages=[answer])
    assert "Likes tea." in block(agent)

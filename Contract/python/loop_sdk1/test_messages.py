"""`client.agents.messages` of letta-client 1.x: create, list, reset, tools."""

import letta_client
import pytest
from support.loop import TEA, kinds, one
from support.versions import newer


@pytest.fixture
def talk(client, agent):
    def create(text=None, **more):
        given = {} if text is None else {"input": text}
        return client.agents.messages.create(agent_id=agent["id"], **given, **more)

    return create


def test_an_answer(talk, model):
    model.script({"text": "Hello, Ada.", "usage": {"input": 100, "cached": 40, "output": 6}})
    reply = talk("hello")
    assert [m.content for m in reply.messages] == ["Hello, Ada."]
    assert reply.stop_reason.stop_reason == "end_turn"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.step_count) == (100, 6, 1)


def test_messages_and_input_mean_the_same(talk):
    assert talk(messages=[{"role": "user", "content": "hello"}]).messages[0].content == "ok: hello"
    assert talk([{"type": "text", "text": "hello"}]).messages[0].content == "ok: hello"


def test_tools(talk, block, agent, model):
    model.script({"think": "Worth keeping.", "calls": [["memory_insert", TEA]]}, "Kept.")
    reply = talk("I like tea")
    assert kinds(reply.messages) == [
        "reasoning_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
    ]
    thought, call, result, _ = reply.messages
    assert thought.reasoning == "Worth keeping." and call.tool_call.name == "memory_insert"
    assert result.tool_call_id == call.tool_call.tool_call_id and result.status == "success"
    assert thought.id == call.id and thought.otid != call.otid
    assert "Likes tea." in block(agent)


def test_iteration_over_the_list_ends(client, talk, agent):
    for number in range(4):
        talk(f"number {number}")
    page = client.agents.messages.list(agent_id=agent["id"], limit=3, order="asc")
    told = [m.content for m in page if m.message_type == "user_message"]
    assert told == [f"number {number}" for number in range(4)]
    newest = [m.content for m in client.agents.messages.list(agent_id=agent["id"], limit=2)]
    assert newest[0] == "ok: number 3" and len(newest) == 9


@newer
def test_filters_of_the_list(client, talk, agent, model):
    model.script({"think": "hm", "text": "said"})
    talk("hello")
    asked = client.agents.messages.list(agent_id=agent["id"], include_return_message_types=["reasoning_message"])
    assert kinds(asked.items) == ["reasoning_message"]


def test_steps_are_limited(talk, model):
    model.script({"calls": [["conversation_search", {"query": "x"}]], "times": 2})
    reply = talk("x", max_steps=2)
    assert reply.stop_reason.stop_reason == "max_steps" and reply.usage.step_count == 2


def test_classic_agents_and_their_tool(client, new_agent, model):
    agent = new_agent(agent_type="memgpt_agent")
    say = {"calls": [["send_message", {"message": "Hello!", "thinking": "They greet me."}]]}
    model.script(say, say)
    ask = {"agent_id": agent["id"], "input": "hello"}
    assert one(client.agents.messages.create(**ask).messages, "assistant_message").content == "Hello!"
    raw = client.agents.messages.create(**ask, use_assistant_message=False)
    assert one(raw.messages, "tool_call_message").tool_call.name == "send_message"


def test_types_can_be_chosen(talk, model):
    model.script({"think": "hm", "calls": [["memory_insert", TEA]]}, "Done.")
    assert kinds(talk("x", include_return_message_types=["assistant_message"]).messages) == ["assistant_message"]


def test_reset(client, talk, agent):
    talk("forget me")
    client.agents.messages.reset(agent_id=agent["id"], add_default_initial_messages=False)
    left = client.agents.messages.list(agent_id=agent["id"]).items
    assert "user_message" not in kinds(left)


def test_compact(client, talk, agent, model):
    for number in range(6):
        talk(f"number {number}")
    model.script("They counted.")
    made = client.agents.messages.compact(agent_id=agent["id"])
    assert "They counted." in made.summary and made.num_messages_before > made.num_messages_after


def test_messages_of_all_agents(client, talk, unique):
    talk(f"{unique} said")
    assert any(unique in str(m) for m in client.messages.list(limit=5))
    found = client.messages.search(query=unique, search_mode="fts", limit=5)
    assert found and unique in found[0].content
    assert client.messages.retrieve(found[0].message_id)


@pytest.mark.parametrize("both", [False, True])
def test_input_or_messages(talk, both):
    with pytest.raises(letta_client.UnprocessableEntityError):
        talk(**({"messages": [{"role": "user", "content": "x"}], "text": "y"} if both else {}))


def test_another_model(talk, model):
    talk("hi", override_model="anthropic/claude-sonnet-4-5-20250929")
    assert model.last_request()["interface"] == "anthropic"


@newer
def test_other_instructions(talk, model):
    talk("hi", override_system="You are a pirate.")
    assert "You are a pirate." in str(model.last_request()["body"])


def test_the_asynchronous_client(server, agent):
    import asyncio

    async def go():
        async with letta_client.AsyncLetta(base_url=server.url, max_retries=0) as client:
            reply = await client.agents.messages.create(agent_id=agent["id"], input="REPLY hi")
            stream = await client.agents.messages.stream(agent_id=agent["id"], input="REPLY ho", include_pings=False)
            return [m.content for m in reply.messages], [m.message_type async for m in stream]

    said, streamed = asyncio.run(go())
    assert said == ["hi"] and streamed == ["assistant_message", "stop_reason", "usage_statistics"]

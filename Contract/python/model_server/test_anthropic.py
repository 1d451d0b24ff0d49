"""The package `anthropic`, strict, against the scripted model: messages with thinking, tools, caches."""

import anthropic
import pytest

TOOL = {
    "name": "look",
    "description": "Looks.",
    "input_schema": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
}
MODEL = "claude-sonnet-4-5-20250929"


@pytest.fixture
def client(model):
    return anthropic.Anthropic(
        base_url=model.url, api_key="sk-x", max_retries=0, timeout=10, _strict_response_validation=True
    )


def ask(client, messages="hello", **more):
    given = [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
    return client.messages.create(model=MODEL, max_tokens=4096, messages=given, **more)


def streamed(client, messages="hello", **more):
    given = [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
    with client.messages.stream(model=MODEL, max_tokens=4096, messages=given, **more) as stream:
        kinds = [event.type for event in stream]
        return kinds, stream.get_final_message()


def test_text(client):
    reply = ask(client)
    assert reply.content[0].text == "ok: hello" and reply.stop_reason == "end_turn"


def test_thinking_calls_and_counts_are_the_same_streamed_or_not(client, model):
    script = {
        "pieces": [
            {"think": "first I look around a little"},
            {"redacted": "b3BhcXVl"},
            {"text": "Looking."},
            {"call": "look", "arguments": {"at": "left"}, "id": "toolu_a"},
            {"call": "look", "arguments": {"at": "right"}, "id": "toolu_b"},
        ],
        "usage": {"input": 100, "cached": 60, "cache_write": 10, "output": 30},
    }
    model.script(script, script)
    thinking = {"type": "enabled", "budget_tokens": 1024}
    whole = ask(client, tools=[TOOL], thinking=thinking)
    kinds, final = streamed(client, tools=[TOOL], thinking=thinking)
    assert [b.type for b in whole.content] == ["thinking", "redacted_thinking", "text", "tool_use", "tool_use"]
    assert [b.model_dump(exclude={"parsed_output"}) for b in final.content] == [
        b.model_dump(exclude={"parsed_output"}) for b in whole.content
    ]
    assert whole.content[0].signature and whole.content[4].input == {"at": "right"}
    assert whole.stop_reason == final.stop_reason == "tool_use"
    assert (whole.usage.input_tokens, whole.usage.cache_read_input_tokens) == (30, 60)
    assert whole.usage.cache_creation_input_tokens == 10
    assert {"thinking", "signature", "input_json", "text"} <= set(kinds)


def test_a_conversation_goes_on_after_results(client):
    text = 'THINK hm\nCALL look {"at": "up"}\nAND look {"at": "down"}\nREPLY done'
    thinking = {"type": "enabled", "budget_tokens": 1024}
    first = ask(client, text, tools=[TOOL], thinking=thinking)
    calls = [b for b in first.content if b.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": b.id, "content": "seen"} for b in calls]
    messages = [
        {"role": "user", "content": text},
        {"role": "assistant", "content": [b.model_dump(exclude_none=True) for b in first.content]},
        {"role": "user", "content": results},
    ]
    assert ask(client, messages, tools=[TOOL], thinking=thinking).content[0].text == "done"
    assert len(calls) == 2


@pytest.mark.parametrize(
    "script,reason",
    [({"refuse": "No."}, "refusal"), ({"text": "cut", "finish": "length"}, "max_tokens"), ({}, "end_turn")],
)
def test_endings(client, model, script, reason):
    model.script(script, script)
    assert ask(client).stop_reason == reason
    assert streamed(client)[1].stop_reason == reason


def test_forced_calls(client):
    reply = ask(client, "REPLY hi", tools=[{**TOOL, "name": "send_message"}], tool_choice={"type": "any"})
    assert reply.content[0].input == {"message": "hi"}


def test_lists_and_counts(client):
    found = client.models.list()
    assert MODEL in [m.id for m in found] and client.models.retrieve(MODEL).type == "model"
    assert client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "x"}]).input_tokens > 0

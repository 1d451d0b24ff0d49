"""`POST /v1/chat/completions`: an agent as a model, by the package `openai`."""

import openai
import pytest

TEA = {"label": "human", "new_string": "Likes tea."}


@pytest.fixture
def ask(client, agent):
    def create(text, **more):
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(model=agent["id"], messages=messages, **more)

    return create


def test_an_answer(ask, agent, model):
    model.script({"text": "Hello, Ada.", "usage": {"input": 90, "output": 6}})
    reply = ask("hello")
    assert reply.object == "chat.completion" and reply.choices[0].message.role == "assistant"
    assert reply.choices[0].message.content == "Hello, Ada." and reply.choices[0].finish_reason == "stop"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (90, 6)


def test_streamed(ask, model):
    model.script("one two three four five six")
    chunks = list(ask("hello", stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "one two three four five six"
    assert chunks[-1].choices[0].finish_reason == "stop" and chunks[0].object == "chat.completion.chunk"


def test_the_agent_remembers(ask, api, agent, model):
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    assert ask("I like tea").choices[0].message.content == "Kept."
    found = api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/human").json()["value"]
    assert "Likes tea." in found
    ask("what do I like?")
    assert "I like tea" in str(model.last_request()["body"])
    listed = api.get(f"/v1/agents/{agent['id']}/messages").json()
    assert "I like tea" in [m.get("content") for m in listed]


@pytest.mark.parametrize("name", ["gpt-4o", "agent-1", "agent-00000000-0000-4000-8000-00000000dead"])
def test_a_model_that_is_no_agent(client, name):
    with pytest.raises((openai.NotFoundError, openai.UnprocessableEntityError, openai.BadRequestError)):
        client.chat.completions.create(model=name, messages=[{"role": "user", "content": "x"}])


def test_no_messages(client, agent):
    with pytest.raises((openai.UnprocessableEntityError, openai.BadRequestError)):
        client.chat.completions.create(model=agent["id"], messages=[])


def test_a_provider_that_refuses(ask, model):
    model.script({"fault": {"kind": "authentication"}})
    with pytest.raises(openai.AuthenticationError):
        ask("hello")

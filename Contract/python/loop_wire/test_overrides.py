"""What a request, or the settings of a model, change in what the provider is asked; previews and bare completions."""

import pytest
from support.asked import model as model_in
from support.asked import system, tools, users
from support.loop import CLAUDE, GEMINI, said

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}


@pytest.mark.parametrize("handle", ["openai/gpt-4.1", CLAUDE, GEMINI])
def test_another_model_for_one_request(api, agent, send, model, handle):
    assert said(send(agent, "REPLY hi", override_model=handle)) == "hi"
    assert model_in(model.last_request()) == handle.split("/")[1]
    assert api.get(f"/v1/agents/{agent['id']}").json()["model"] == agent["model"]
    send(agent, "REPLY hi")
    assert model_in(model.last_request()) == "gpt-4o-mini"


@pytest.mark.parametrize("handle", ["nonsense", "groq/llama"])
def test_a_model_that_is_not_there(api, agent, model, handle):
    reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hi", "override_model": handle})
    assert reply.status in (400, 404) and reply.json()
    assert model.stats()["requests"] == 0


def test_other_instructions_for_one_request(agent, send, model):
    send(agent, "hi", override_system="You are a pirate.")
    assert "You are a pirate." in system(model.last_request())
    send(agent, "hi")
    assert "You are a pirate." not in system(model.last_request())


def test_a_changed_model_stays(api, agent, send, model):
    api.patch(f"/v1/agents/{agent['id']}", {"model": CLAUDE})
    send(agent, "hi")
    assert model.last_request()["interface"] == "anthropic"


def settings_of(model):
    body = model.last_request()["body"]
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or body.get("max_output_tokens")
    return limit, body.get("temperature")


@pytest.mark.parametrize("handle,kind", [("openai/gpt-4o-mini", "openai"), (CLAUDE, "anthropic")])
def test_settings_of_the_model(new_agent, send, model, handle, kind):
    settings = {"provider_type": kind, "max_output_tokens": 1234, "temperature": 0.25}
    send(new_agent(model=handle, model_settings=settings), "hi")
    assert settings_of(model) == (1234, 0.25)


def test_settings_of_gemini(new_agent, send, model):
    settings = {"provider_type": "google_ai", "max_output_tokens": 1234, "temperature": 0.25}
    send(new_agent(model=GEMINI, model_settings=settings), "hi")
    asked = model.last_request()["body"]["generationConfig"]
    assert (asked["maxOutputTokens"], asked["temperature"]) == (1234, 0.25)


def test_thinking_of_anthropic(new_agent, send, model):
    settings = {
        "provider_type": "anthropic",
        "max_output_tokens": 8000,
        "thinking": {"type": "enabled", "budget_tokens": 2048},
    }
    send(new_agent(model=CLAUDE, model_settings=settings), "hi")
    thinking = model.last_request()["body"]["thinking"]
    assert thinking["type"] == "enabled" and thinking["budget_tokens"] == 2048


@pytest.mark.parametrize("place", ["agent", "settings"])
def test_structured_answers(new_agent, send, model, place):
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    fields = {"response_format": wanted} if place == "agent" else {}
    if place == "settings":
        fields["model_settings"] = {"provider_type": "openai", "response_format": wanted}
    agent = new_agent(include_base_tools=False, **fields)
    model.script('{"a": 1}')
    assert said(send(agent, "give me one")) == '{"a": 1}'
    body = model.last_request()["body"]
    asked = body.get("response_format") or body["text"]["format"]
    assert asked["type"] == "json_schema" and "'a'" in str(asked)


def test_probabilities(agent, send, model):
    reply = send(agent, "REPLY one two", return_logprobs=True, top_logprobs=1)
    body = model.last_request()["body"]
    assert body.get("logprobs") is True or "logprobs" in str(body)
    assert reply["logprobs"]["content"][0]["token"]


@pytest.mark.parametrize("streams", [False, True])
def test_a_preview_asks_nobody(api, agent, model, streams):
    body = {"messages": [{"role": "user", "content": "look at me"}], **({"streaming": True} if streams else {})}
    reply = api.post(f"/v1/agents/{agent['id']}/messages/preview-raw-payload", body)
    assert reply.status == 200, reply
    shown = {"body": reply.json(), "path": ""}
    assert "Name: Ada" in system(shown) and users(shown)[-1] == "look at me" and "memory_insert" in tools(shown)
    assert model.stats()["requests"] == 0
    listed = api.get(f"/v1/agents/{agent['id']}/messages").json()
    assert "look at me" not in str(listed)


def test_a_preview_of_a_conversation(api, agent, model):
    conversation = api.post(f"/v1/conversations/?agent_id={agent['id']}", {}).json()["id"]
    body = {"messages": [{"role": "user", "content": "look at me"}]}
    reply = api.post(f"/v1/conversations/{conversation}/messages/preview-raw-payload", body)
    assert reply.status == 200 and "look at me" in str(reply.json()) and model.stats()["requests"] == 0


class TestBareCompletions:
    def test_a_prompt(self, api, agent, model):
        model.script({"text": "Four.", "usage": {"input": 20, "output": 2}})
        reply = api.post(f"/v1/agents/{agent['id']}/generate", {"prompt": "2+2?", "system_prompt": "Be brief."})
        assert reply.status == 200, reply
        made = reply.json()
        assert made["content"] == "Four." and made["model"].endswith("gpt-4o-mini")
        assert (made["usage"]["prompt_tokens"], made["usage"]["completion_tokens"]) == (20, 2)
        request = model.last_request()
        assert users(request) == ["2+2?"] and system(request) == "Be brief." and not tools(request)
        assert "2+2?" not in str(api.get(f"/v1/agents/{agent['id']}/messages").json())

    def test_another_model_and_a_schema(self, api, agent, model):
        body = {"prompt": "x", "override_model": "openai/gpt-4.1", "response_schema": SCHEMA}
        model.script('{"a": 2}')
        assert api.post(f"/v1/agents/{agent['id']}/generate", body).json()["content"] == '{"a": 2}'
        assert model_in(model.last_request()) == "gpt-4.1" and "'a'" in str(model.last_request()["body"])

    def test_refusals(self, api, agent, model, missing_id):
        assert api.post(f"/v1/agents/{missing_id('agent')}/generate", {"prompt": "x"}).status == 404
        assert api.post(f"/v1/agents/{agent['id']}/generate", {}).status == 422
        assert api.post(f"/v1/agents/{agent['id']}/generate", {"prompt": ""}).status == 422
        model.script({"fault": {"kind": "authentication"}})
        assert api.post(f"/v1/agents/{agent['id']}/generate", {"prompt": "x"}).status in (401, 502)

"""Roost's requests are what the packages' types describe: all that is required is there, nothing is unknown."""

import anthropic.types.message_create_params
import google.genai.types
import openai.types.chat.completion_create_params
import openai.types.responses.response_create_params
import pydantic
import pytest
from recorded import REQUESTS, plain, service

COMPLETION = pydantic.TypeAdapter(openai.types.chat.completion_create_params.CompletionCreateParamsStreaming)
RESPONSE = pydantic.TypeAdapter(openai.types.responses.response_create_params.ResponseCreateParamsStreaming)
MESSAGE = pydantic.TypeAdapter(anthropic.types.message_create_params.MessageCreateParamsStreaming)

# What servers take besides OpenAI's members: their own documentation names it.
EXTRAS = {
    "deepseek": {"thinking"},
    "openrouter": {"reasoning"},
    "vllm": {"chat_template_kwargs"},
}
MESSAGE_EXTRAS = {"reasoning_content", "reasoning_details"}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_has_only_what_the_package_knows(name):
    body = REQUESTS[name]
    kind = service(name)
    if kind == "google":
        check_google(body)
    elif kind == "anthropic":
        # The package has dropped the member, which models up to 4.6 take.
        assert ("temperature" in body) <= ("4-5" in body["model"])
        body = {member: value for member, value in body.items() if member != "temperature"}
        assert plain(MESSAGE.validate_python(body)) == body
    elif kind == "responses":
        assert plain(RESPONSE.validate_python(body)) == body
    else:
        body = without_extras(body, EXTRAS.get(kind, set()), kind in ("openai", "azure") and "compatible" not in name)
        assert plain(COMPLETION.validate_python(body)) == body


def without_extras(body, extras, is_openai):
    body = {member: value for member, value in body.items() if member not in extras}
    if not is_openai:
        body["messages"] = [
            {member: value for member, value in message.items() if member not in MESSAGE_EXTRAS}
            for message in body["messages"]
        ]
    return body


def check_google(body):
    types = google.genai.types
    shapes = {
        "systemInstruction": types.Content,
        "contents": list[types.Content],
        "tools": list[types.Tool],
        "toolConfig": types.ToolConfig,
        "generationConfig": types.GenerationConfig,
    }
    assert body.keys() <= shapes.keys()
    # The package's models refuse members that they do not know.
    for member, value in body.items():
        pydantic.TypeAdapter(shapes[member]).validate_python(value)


@pytest.mark.parametrize("name", [name for name in REQUESTS if service(name) == "anthropic"])
def test_anthropic_turns_alternate_and_results_come_first(name):
    messages = REQUESTS[name]["messages"]
    assert [message["role"] for message in messages] == (["user", "assistant"] * len(messages))[: len(messages)]
    for message in messages:
        kinds = [block["type"] == "tool_result" for block in message["content"]]
        assert kinds == sorted(kinds, reverse=True)
        assert all(block.get("text", "x").strip() for block in message["content"])


@pytest.mark.parametrize("name", [name for name in REQUESTS if service(name) == "openai"])
def test_ids_of_calls_are_short_enough(name):
    calls = [call["id"] for message in REQUESTS[name]["messages"] for call in message.get("tool_calls", [])]
    results = [message["tool_call_id"] for message in REQUESTS[name]["messages"] if message["role"] == "tool"]
    assert sorted(calls) == sorted(results)
    assert all(len(call) <= 29 for call in calls)

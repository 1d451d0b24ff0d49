"""`support/asked.py` reads the requests of all interfaces alike, as the tests of the loop need it."""

import sys

import anthropic
import google.genai
import openai
import pytest
from conftest import HERE
from google.genai import types

sys.path.insert(0, str(HERE.parent))

from support import asked  # noqa: E402

SCHEMA = {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]}
FUNCTION = {"name": "look", "description": "Looks.", "parameters": SCHEMA}


def by_chat(url):
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "x"}'}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "Looking.", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "a wall"},
        {"role": "user", "content": [{"type": "text", "text": "two"}]},
    ]
    client = openai.OpenAI(base_url=url + "/v1", api_key="k")
    client.chat.completions.create(
        model="m", messages=messages, tools=[{"type": "function", "function": FUNCTION}], tool_choice="required"
    )


def by_responses(url):
    given = [
        {"role": "user", "content": "one"},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": '{"at": "x"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "a wall"},
        {"role": "user", "content": [{"type": "input_text", "text": "two"}]},
    ]
    client = openai.OpenAI(base_url=url + "/v1", api_key="k")
    tools = [{"type": "function", "strict": False, **FUNCTION}]
    client.responses.create(model="m", instructions="Be brief.", input=given, tools=tools, tool_choice="required")


def by_anthropic(url):
    use = {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "x"}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "a wall"}
    messages = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": [{"type": "text", "text": "Looking."}, use]},
        {"role": "user", "content": [result, {"type": "text", "text": "two"}]},
    ]
    tool = {"name": "look", "description": "Looks.", "input_schema": SCHEMA}
    anthropic.Anthropic(base_url=url, api_key="k").messages.create(
        model="m",
        max_tokens=99,
        system=[{"type": "text", "text": "Be brief."}],
        messages=messages,
        tools=[tool],
        tool_choice={"type": "any"},
    )


def by_google(url):
    call = types.Part.from_function_call(name="look", args={"at": "x"})
    result = types.Part.from_function_response(name="look", response={"output": "a wall"})
    contents = [
        types.Content(role="user", parts=[types.Part(text="one")]),
        types.Content(role="model", parts=[call]),
        types.Content(role="user", parts=[result]),
        types.Content(role="user", parts=[types.Part(text="two")]),
    ]
    declared = types.FunctionDeclaration(name="look", description="Looks.", parameters_json_schema=SCHEMA)
    mode = types.FunctionCallingConfig(mode="ANY")
    config = types.GenerateContentConfig(
        system_instruction="Be brief.",
        tools=[types.Tool(function_declarations=[declared])],
        tool_config=types.ToolConfig(function_calling_config=mode),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    options = types.HttpOptions(base_url=url, api_version="v1beta")
    client = google.genai.Client(api_key="k", http_options=options)
    client.models.generate_content(model="m", contents=contents, config=config)


@pytest.mark.parametrize("ask", [by_chat, by_responses, by_anthropic, by_google])
def test_all_interfaces_read_alike(model, ask):
    ask(model.url)
    request = model.last_request()
    assert asked.system(request) == "Be brief." and asked.model(request) == "m"
    assert asked.users(request) == ["one", "two"]
    assert len(asked.results(request)) == 1 and "a wall" in asked.results(request)[0]
    assert asked.tools(request) == {"look": SCHEMA} and asked.forced(request) is True

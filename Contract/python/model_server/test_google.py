"""The package `google-genai` against the scripted model: generateContent, plain and streamed."""

import google.genai
import pytest
from google.genai import types

DECLARED = types.FunctionDeclaration(
    name="look",
    description="Looks.",
    parameters=types.Schema(type="OBJECT", properties={"at": types.Schema(type="STRING")}, required=["at"]),
)
CONFIG = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[DECLARED])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)
MODEL = "gemini-2.5-flash"


@pytest.fixture
def client(model):
    options = types.HttpOptions(base_url=model.url, api_version="v1beta", timeout=10_000)
    return google.genai.Client(api_key="k", http_options=options)


def parts_of(client, contents, config=None):
    """The parts of a streamed answer, the text of each kind joined; and the last piece."""
    joined, last = [], None
    for last in client.models.generate_content_stream(model=MODEL, contents=contents, config=config):
        for part in (last.candidates[0].content.parts or []) if last.candidates else []:
            kind = "call" if part.function_call else "thought" if part.thought else "text"
            if kind != "call" and joined and joined[-1][0] == kind:
                joined[-1] = (kind, joined[-1][1] + part.text)
            elif kind == "call" or part.text:
                joined.append((kind, part.function_call.args if kind == "call" else part.text))
    return joined, last


def test_text(client):
    reply = client.models.generate_content(model=MODEL, contents="hello")
    assert reply.text == "ok: hello" and reply.candidates[0].finish_reason == types.FinishReason.STOP
    parts, last = parts_of(client, "hello")
    assert parts == [("text", "ok: hello")] and last.usage_metadata.total_token_count > 0


def test_thoughts_calls_and_counts(client, model):
    script = {
        "think": "a thought that is long enough for pieces",
        "text": "Looking around now.",
        "calls": [["look", {"at": "left"}], ["look", {"at": "right"}]],
        "usage": {"input": 100, "cached": 60, "output": 30, "reasoning": 9},
    }
    model.script(script, script)
    whole = client.models.generate_content(model=MODEL, contents="hello", config=CONFIG)
    assert [call.args for call in whole.function_calls] == [{"at": "left"}, {"at": "right"}]
    parts = whole.candidates[0].content.parts
    assert parts[0].thought and parts[2].thought_signature
    usage = whole.usage_metadata
    assert (usage.prompt_token_count, usage.cached_content_token_count, usage.thoughts_token_count) == (100, 60, 9)
    streamed, last = parts_of(client, "hello", CONFIG)
    assert streamed == [
        ("thought", script["think"]),
        ("text", script["text"]),
        ("call", {"at": "left"}),
        ("call", {"at": "right"}),
    ]
    assert last.usage_metadata.candidates_token_count == 21


def test_a_conversation_goes_on_after_results(client):
    text = 'CALL look {"at": "up"}\nAND look {"at": "down"}\nREPLY done'
    asked = types.Content(role="user", parts=[types.Part(text=text)])
    first = client.models.generate_content(model=MODEL, contents=[asked], config=CONFIG).candidates[0].content
    result = types.Part.from_function_response(name="look", response={"output": "seen"})
    contents = [asked, first, types.Content(role="user", parts=[result, result])]
    assert client.models.generate_content(model=MODEL, contents=contents, config=CONFIG).text == "done"


@pytest.mark.parametrize(
    "script,reason",
    [
        ({"text": "cut", "finish": "length"}, "MAX_TOKENS"),
        ({"text": "x", "finish": "filter"}, "SAFETY"),
        ({"calls": [["look", "{not json"]]}, "MALFORMED_FUNCTION_CALL"),
        ({}, "STOP"),
    ],
)
def test_endings(client, model, script, reason):
    model.script(script, script)
    reply = client.models.generate_content(model=MODEL, contents="x", config=CONFIG)
    assert reply.candidates[0].finish_reason == reason
    assert parts_of(client, "x", CONFIG)[1].candidates[0].finish_reason == reason


def test_what_is_refused_has_no_candidates(client, model):
    model.script({"refuse": "no"}, {"refuse": "no"})
    reply = client.models.generate_content(model=MODEL, contents="x")
    assert not reply.candidates and reply.prompt_feedback.block_reason == "PROHIBITED_CONTENT"
    assert parts_of(client, "x")[1].prompt_feedback.block_reason == "PROHIBITED_CONTENT"


def test_lists_and_vectors(client):
    listed = {m.name: m for m in client.models.list()}
    assert listed[f"models/{MODEL}"].input_token_limit == 1_048_576
    assert client.models.get(model=MODEL).supported_actions == ["generateContent", "countTokens"]
    assert client.models.count_tokens(model=MODEL, contents="hello").total_tokens > 0
    vectors = client.models.embed_content(model="gemini-embedding-001", contents=["a", "b"]).embeddings
    assert len(vectors) == 2 and len(vectors[0].values) == 768

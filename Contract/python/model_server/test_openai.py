"""The package `openai`, strict, against the scripted model: chat completions, responses, embeddings, models."""

import json

import openai
import pytest

TOOL = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Looks.",
        "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
    },
}
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def client(model):
    return openai.OpenAI(
        base_url=model.url + "/v1", api_key="sk-x", max_retries=0, timeout=10, _strict_response_validation=True
    )


def ask(client, **more):
    return client.chat.completions.create(model="gpt-4o", messages=HELLO, **more)


def joined(stream, field="content"):
    chunks = list(stream)
    return chunks, "".join(getattr(c.choices[0].delta, field, None) or "" for c in chunks if c.choices)


def test_text(client):
    reply = ask(client)
    assert reply.choices[0].message.content == "ok: hello"
    assert reply.choices[0].finish_reason == "stop" and reply.usage.total_tokens > 0


def test_streamed_text_comes_in_pieces_with_usage(client, model):
    model.script({"text": "one two three four five", "usage": {"input": 90, "cached": 40, "output": 7}})
    chunks, text = joined(ask(client, stream=True, stream_options={"include_usage": True}))
    assert text == "one two three four five"
    assert len([c for c in chunks if c.choices and c.choices[0].delta.content]) == 2
    assert chunks[-1].usage.prompt_tokens == 90 and chunks[-1].usage.prompt_tokens_details.cached_tokens == 40
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_parallel_calls(client, model):
    calls = {"think": "two at once", "calls": [["look", {"at": "left"}], ["look", "{not json"]]}
    model.script(calls, calls)
    message = ask(client, tools=[TOOL]).choices[0].message
    assert [c.function.arguments for c in message.tool_calls] == ['{"at": "left"}', "{not json"]
    assert message.content is None and message.reasoning_content == "two at once"
    with client.chat.completions.stream(model="gpt-4o", messages=HELLO, tools=[TOOL]) as stream:
        done = None
        for event in stream:
            done = event
    assert done is not None
    streamed = stream.get_final_completion().choices[0]
    assert [c.function.arguments for c in streamed.message.tool_calls] == ['{"at": "left"}', "{not json"]
    assert streamed.finish_reason == "tool_calls"
    assert len({c.id for c in streamed.message.tool_calls} | {c.id for c in message.tool_calls}) == 4


def test_a_conversation_of_directives(client):
    messages = [
        {
            "role": "user",
            "content": 'THINK hm\nREPLY first\nCALL look {"at": "up"}\nAND look {"at": "down"}\nREPLY done',
        }
    ]
    first = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]).choices[0].message
    assert first.content == "first" and len(first.tool_calls) == 2
    messages.append(first.model_dump(include={"role", "content", "tool_calls"}))
    messages += [{"role": "tool", "tool_call_id": c.id, "content": "seen"} for c in first.tool_calls]
    last = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]).choices[0].message
    assert last.content == "done" and last.tool_calls is None


@pytest.mark.parametrize(
    "script,reason,refusal",
    [
        ({"refuse": "I cannot."}, "stop", "I cannot."),
        ({"text": "cut", "finish": "length"}, "length", None),
        ({"text": "", "finish": "filter"}, "content_filter", None),
        ({}, "stop", None),
    ],
)
def test_endings(client, model, script, reason, refusal):
    model.script(script, script)
    choice = ask(client).choices[0]
    assert (choice.finish_reason, choice.message.refusal) == (reason, refusal)
    chunks, text = joined(ask(client, stream=True), "refusal")
    assert text == (refusal or "") and chunks[-1].choices[0].finish_reason == reason


def test_probabilities(client, model):
    content = ask(client, logprobs=True, top_logprobs=1).choices[0].logprobs.content
    assert [entry.token for entry in content] == ["ok:", "hello"] and content[0].top_logprobs


RESPONSE_TOOL = {"type": "function", "strict": False, **TOOL["function"]}


def test_responses(client, model):
    script = {"think": "why not", "text": "said", "calls": [["look", {"at": "x"}], ["look", {"at": "y"}]]}
    model.script(script, script)
    whole = client.responses.create(
        model="gpt-5", input="hello", tools=[RESPONSE_TOOL], include=["reasoning.encrypted_content"], store=False
    )
    assert [item.type for item in whole.output] == ["reasoning", "message", "function_call", "function_call"]
    assert whole.output_text == "said" and whole.output[0].encrypted_content
    with client.responses.stream(model="gpt-5", input="hello", tools=[RESPONSE_TOOL]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert [item.type for item in final.output] == [item.type for item in whole.output]
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed"
    assert {"response.reasoning_summary_text.delta", "response.function_call_arguments.delta"} <= set(kinds)
    assert json.loads(final.output[3].arguments) == {"at": "y"}


def test_responses_endings(client, model):
    model.script({"text": "cut", "finish": "length"}, {"refuse": "no"}, {"text": "cut", "finish": "length"})
    assert client.responses.create(model="gpt-5", input="x").incomplete_details.reason == "max_output_tokens"
    assert client.responses.create(model="gpt-5", input="x").output[0].content[0].refusal == "no"
    kinds = [event.type for event in client.responses.create(model="gpt-5", input="x", stream=True)]
    assert kinds[-1] == "response.incomplete"


def test_responses_go_on_after_a_result(client, model):
    first = client.responses.create(model="gpt-5", input='CALL look {"at": "x"}\nREPLY seen', tools=[RESPONSE_TOOL])
    given = [{"role": "user", "content": 'CALL look {"at": "x"}\nREPLY seen'}]
    call = first.output[0]
    given += [call.model_dump(), {"type": "function_call_output", "call_id": call.call_id, "output": "a wall"}]
    assert client.responses.create(model="gpt-5", input=given, tools=[RESPONSE_TOOL]).output_text == "seen"


def test_lists_and_vectors(client, model):
    assert "gpt-4o-mini" in [m.id for m in client.models.list()]
    assert client.models.retrieve("gpt-4o").owned_by == "system"
    # The package's own strict mode checks before it has decoded base64, which it asks for by itself.
    client = openai.OpenAI(base_url=model.url + "/v1", api_key="sk-x")
    same = client.embeddings.create(model="text-embedding-3-small", input=["a red house", "a red house", "tax law"])
    vectors = [item.embedding for item in same.data]
    assert len(vectors[0]) == 1536 and vectors[0] == vectors[1] != vectors[2]

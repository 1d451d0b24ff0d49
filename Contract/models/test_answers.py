"""The answers that Roost's readers are tested with are what the packages read."""

import json

import anthropic.types
import google.genai.types
import openai.lib.streaming.chat
import openai.types.chat
import openai.types.responses
import pydantic
import pytest
from anthropic.lib.streaming._messages import accumulate_event
from recorded import STREAMS, WHOLE, events, service

EVENTS = {
    "anthropic": anthropic.types.RawMessageStreamEvent,
    "google": google.genai.types.GenerateContentResponse,
    "responses": openai.types.responses.ResponseStreamEvent,
}
ANSWERS = {
    "anthropic": anthropic.types.Message,
    "responses": openai.types.responses.Response,
    "openai": openai.types.chat.ChatCompletion,
}


@pytest.mark.parametrize("name", STREAMS)
def test_the_package_reads_every_event(name):
    shape = pydantic.TypeAdapter(EVENTS.get(service(name), openai.types.chat.ChatCompletionChunk))
    found = events(STREAMS[name])
    assert found
    for event in found:
        # What the Messages API sends between events, which its package skips.
        if event.get("type") != "ping":
            shape.validate_python(event)


@pytest.mark.parametrize("name", WHOLE)
def test_the_package_reads_an_answer_that_is_not_streamed(name):
    pydantic.TypeAdapter(ANSWERS[service(name)]).validate_python(WHOLE[name])


WEATHER = ("get_weather", {"city": "Zürich"})


def test_openai_puts_the_same_answer_together():
    state = openai.lib.streaming.chat.ChatCompletionStreamState()
    for event in events(STREAMS["openai-calls"]):
        state.handle_chunk(openai.types.chat.ChatCompletionChunk.model_validate(event))
    answer = state.get_final_completion()
    calls = [call.function for call in answer.choices[0].message.tool_calls]
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        WEATHER,
        ("get_time", {"zone": "Europe/Zurich"}),
    ]
    assert answer.choices[0].finish_reason == "tool_calls"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (82, 17)


def test_anthropic_puts_the_same_answer_together():
    shape = pydantic.TypeAdapter(anthropic.types.RawMessageStreamEvent)
    answer, arguments = None, {}
    for event in events(STREAMS["anthropic-calls"]):
        event = shape.validate_python(event)
        answer = accumulate_event(event=event, current_snapshot=answer, json_bufs=arguments)
    thinking, text, *calls = answer.content
    assert (thinking.thinking, thinking.signature[:4]) == ("Two tools know.", "EqQB")
    assert text.text == "Let me look."
    assert [(call.name, call.input) for call in calls] == [WEATHER, ("get_time", {})]
    assert (answer.stop_reason, answer.usage.output_tokens) == ("tool_use", 89)


def test_google_reads_the_same_calls():
    (event,) = events(STREAMS["google-calls"])
    answer = google.genai.types.GenerateContentResponse.model_validate(event)
    assert [(call.name, call.args) for call in answer.function_calls] == [WEATHER, ("get_time", {})]
    assert answer.candidates[0].content.parts[0].thought_signature
    assert answer.usage_metadata.thoughts_token_count == 21


def test_openai_tells_the_same_calls_at_the_end_of_a_response():
    shape = pydantic.TypeAdapter(openai.types.responses.ResponseStreamEvent)
    answer = shape.validate_python(events(STREAMS["responses-calls"])[-1]).response
    calls = [item for item in answer.output if item.type == "function_call"]
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [WEATHER, ("get_time", {})]
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (81, 40)

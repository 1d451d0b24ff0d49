"""The answers that Roost's readers are tested with are what the packages read."""

import anthropic.types
import google.genai.types
import openai.types.chat
import openai.types.responses
import pydantic
import pytest
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

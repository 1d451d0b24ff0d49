"""Providers that fail: the status of the reply, the event in the stream, and that the agent lives on."""

import json

import pytest
from proof.events import Events
from support.asked import users
from support.loop import TEA, kinds, said, stop


def fails(status, **more):
    return {"fault": {"kind": "status", "status": status, **more}, "times": 10}


# What the provider does: status and type of ours. A failure that passes is tried again, so all of them go on failing.
MAPPED = [
    (fails(400), 400, "llm_bad_request"),
    (fails(401), 401, "llm_authentication"),
    (fails(402), 402, "llm_insufficient_credits"),
    ({"fault": {"kind": "credits"}, "times": 10}, 402, "llm_insufficient_credits"),
    (fails(429, retry_after=0), 429, "llm_rate_limit"),
    (fails(500), 502, "llm_error"),
    (fails(502), 502, "llm_error"),
]


@pytest.fixture
def stream(server):
    def read(agent, text="hello", **more):
        with Events(server.url, f"/v1/agents/{agent['id']}/messages/stream", {"input": text, **more}) as events:
            return list(events)

    return read


def error_in(everything):
    """The error of a stream, which has to be named, come after the stop reason and before the end."""
    assert everything[-1][1] == "[DONE]"
    name, error = everything[-2]
    assert name == "error" and error["message_type"] == "error_message", everything
    assert everything[-3][1]["message_type"] == "stop_reason"
    assert error["run_id"] and error["message"]
    return everything[-3][1]["stop_reason"], error


def lives_on(model, send, agent):
    model.reset()
    assert said(send(agent, "REPLY well again")) == "well again"


@pytest.mark.parametrize("script,status,kind", MAPPED, ids=[f"{s['fault']}" for s, _, _ in MAPPED])
def test_statuses(api, agent, model, send, script, status, kind):
    model.script(script)
    reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hello"})
    if kind == "llm_error":
        assert reply.status in (500, 502), reply
    else:
        assert reply.status == status, reply
    error = reply.json()["error"]
    assert error["type"] == kind and error["message"]
    assert "sk-scripted" not in json.dumps(reply.json())
    lives_on(model, send, agent)


@pytest.mark.parametrize("status", [503, 529])
def test_overloaded_providers(api, agent, model, send, status):
    model.script(fails(status))
    assert api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hello"}).status in (502, 503)
    lives_on(model, send, agent)


@pytest.mark.parametrize(
    "status,kind", [(401, "llm_authentication"), (429, "llm_rate_limit"), (500, "llm_error"), (400, "llm_error")]
)
@pytest.mark.parametrize(
    "handle", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5-20250929", "google_ai/gemini-2.5-flash"]
)
def test_errors_in_streams(new_agent, model, send, stream, status, kind, handle):
    agent = new_agent(model=handle)
    model.script(fails(status, retry_after=0))
    reason, error = error_in(stream(agent))
    assert reason == "llm_api_error" and error["error_type"] in (kind, "llm_bad_request" if status == 400 else kind)
    lives_on(model, send, agent)


def test_a_failure_that_passes_is_tried_again(agent, send, model):
    model.script({"fault": {"kind": "status", "status": 503, "retry_after": 0}}, "Here.")
    assert said(send(agent, "hello")) == "Here."
    assert model.stats()["requests"] == 2


def test_refused_keys_and_requests_are_not_tried_again(api, agent, model, send):
    for kind in ("authentication", "bad_request"):
        model.reset()
        model.script({"fault": {"kind": kind}})
        assert api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hello"}).status in (400, 401)
        assert model.stats()["requests"] == 1
    lives_on(model, send, agent)


BROKEN = [
    {"text": "many words here", "fault": {"kind": "cut", "bytes": 400}, "times": 10},
    {"text": "many words here", "fault": {"kind": "reset", "bytes": 400}, "times": 10},
    {"text": "many words here", "fault": {"kind": "unfinished", "said": 1}, "times": 10},
    {"text": "many words here", "fault": {"kind": "garbage", "said": 1}, "times": 10},
    {"fault": {"kind": "html"}, "times": 10},
    {"fault": {"kind": "empty_body"}, "times": 10},
    {"fault": {"kind": "error_event", "said": 1}, "text": "many words here", "times": 10},
    {"fault": {"kind": "reset"}, "times": 10},
]


@pytest.mark.parametrize("script", BROKEN, ids=[f"{s['fault']}" for s in BROKEN])
def test_broken_answers_end_with_an_error_and_leave_nothing_half(agent, model, send, stream, listed, script):
    model.script(script)
    reason, error = error_in(stream(agent, stream_tokens=True))
    assert reason in ("llm_api_error", "invalid_llm_response", "error") and error["error_type"].startswith("llm_")
    model.reset()
    assert "assistant_message" not in kinds(listed(agent))
    lives_on(model, send, agent)


def test_an_empty_answer(agent, model, send, stream):
    model.script({"times": 10})
    reason, error = error_in(stream(agent))
    assert reason in ("invalid_llm_response", "llm_api_error") and error["error_type"] == "llm_empty_response"
    lives_on(model, send, agent)


def test_a_refusal_is_shown_and_ends(agent, model, send):
    model.script({"refuse": "I will not."})
    reply = send(agent, "hello")
    assert "I will not." in said(reply) and stop(reply) == "end_turn"
    lives_on(model, send, agent)


def test_an_answer_that_was_too_long(agent, model, send):
    model.script({"text": "as far as it goes", "finish": "length"})
    reply = send(agent, "hello")
    assert stop(reply) == "max_tokens_exceeded" and said(reply) == "as far as it goes"
    lives_on(model, send, agent)


def test_arguments_that_are_no_json(agent, model, send, block):
    before = block(agent)
    model.script({"calls": [["memory_insert", '{"label": "human", "new_']]}, "Sorry.")
    reply = send(agent, "hello")
    results = [m for m in reply["messages"] if m["message_type"] == "tool_return_message"]
    assert results[0]["status"] == "error" and said(reply) == "Sorry." and block(agent) == before
    lives_on(model, send, agent)


@pytest.mark.parametrize("handle", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5-20250929"])
def test_arguments_that_are_no_json_go_back_validly(new_agent, model, send, handle):
    """The model server complains when the next request could not be taken."""
    agent = new_agent(model=handle)
    model.script({"calls": [["memory_insert", '{"label": "human", "new_']]}, "Sorry.")
    send(agent, "hello")
    lives_on(model, send, agent)


def test_a_tool_that_is_not_there(agent, model, send):
    model.script({"calls": [["no_such_tool", {}]]}, "Sorry.")
    reply = send(agent, "hello")
    result = next(m for m in reply["messages"] if m["message_type"] == "tool_return_message")
    assert result["status"] == "error" and "no_such_tool" in result["tool_return"]
    assert said(reply) == "Sorry."


def test_a_failure_in_the_second_step_keeps_the_first(agent, model, send, stream, listed, block):
    model.script({"calls": [["memory_insert", TEA]]}, {"fault": {"kind": "authentication"}})
    everything = stream(agent)
    assert error_in(everything)[1]["error_type"] == "llm_authentication"
    model.reset()
    assert "Likes tea." in block(agent)
    assert kinds(listed(agent))[:3] == ["user_message", "tool_call_message", "tool_return_message"]
    lives_on(model, send, agent)


def test_what_the_user_said_is_not_lost_by_a_failure(agent, model, send):
    model.script({"fault": {"kind": "authentication"}})
    send(agent, "remember the milk", status=401)
    model.reset()
    send(agent, "and now?")
    assert users(model.last_request())[-1].endswith("and now?")


def test_a_model_whose_provider_is_not_set_up(api, new_agent, model):
    agent = new_agent(model="groq/llama-3.3-70b")
    reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hello"})
    assert reply.status in (400, 404) and "groq" in json.dumps(reply.json()).lower()
    assert model.stats()["requests"] == 0


def test_silence_lasts_as_long_as_the_operator_says(apart, model):
    limits = {"ROOST_MODEL_FIRST_BYTE_TIMEOUT": "0.5", "ROOST_MODEL_IDLE_TIMEOUT": "0.5", "ROOST_MODEL_ATTEMPTS": "1"}
    _, api = apart(limits)
    agent = api.post("/v1/agents/", {"model": "openai/gpt-4o-mini"}).json()
    for fault in ({"after": -1}, {"after": 0}):
        model.script({"text": "late", "fault": {"kind": "stall", "seconds": 30, **fault}})
        reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "hello"})
        assert reply.status == 504 and reply.json()["error"]["type"] == "llm_timeout", reply
        assert len(model.requests(has="hello")) == 1
        model.reset()
    reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "REPLY well again"})
    assert reply.status == 200, reply

"""Requests that a service would refuse are told apart from those that it would take."""

import pytest

CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
USER = {"role": "user", "content": "x"}
CALLS = {"role": "assistant", "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "r"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}

USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {}}]}
DONE = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "r"}]}
FORGED = {"role": "assistant", "content": [{"type": "thinking", "thinking": "a", "signature": "forged"}]}

GUSER = {"role": "user", "parts": [{"text": "x"}]}
GCALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
GDONE = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"r": 1}}}]}


def chat(*messages, **more):
    return "/v1/chat/completions", {"model": "m", "messages": list(messages), **more}


def claude(*messages, **more):
    return "/v1/messages", {"model": "m", "max_tokens": 9, "messages": list(messages), **more}


def gemini(*contents, **more):
    return "/v1beta/models/m:generateContent", {"contents": list(contents), **more}


def responses(*items, **more):
    return "/v1/responses", {"model": "m", "input": list(items), **more}


ITEM = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "r"}

CASES = [
    (chat(USER, CALLS, RESULT), None),
    (chat(USER, CALLS), "no result"),
    (chat(USER, CALLS, USER, RESULT), "no result"),
    (chat(USER, RESULT), "must be a response"),
    (chat(USER, CALLS, RESULT, RESULT), "must be a response"),
    (chat(USER, CALLS, RESULT, CALLS, RESULT), "earlier calls"),
    (chat({"role": "user", "content": ""}), "empty user"),
    (chat(USER, {"role": "assistant", "content": ""}), "without content"),
    (chat(USER, {"role": "robot", "content": "x"}), "no such role"),
    (chat(USER, tools=[TOOL, TOOL]), "one name"),
    (chat(USER, tool_choice="required"), "only allowed with tools"),
    (chat(), "something in it"),
    (claude(USER, USE, DONE), None),
    (claude(USER, USE), "without `tool_result`"),
    (claude(USER, USE, USER), "without `tool_result`"),
    (claude(USER, DONE), "unexpected"),
    (claude(USE, DONE), "first message"),
    (claude({"role": "user", "content": " "}), "non-whitespace"),
    (claude(USER, FORGED, USER), "signature"),
    (claude({"role": "system", "content": "x"}), "Input should be"),
    (claude(USER, thinking={"type": "enabled", "budget_tokens": 2000}), "must be greater"),
    (gemini(GUSER, GCALL, GDONE), None),
    (gemini(GUSER, GCALL), "no response"),
    (gemini(GUSER, GCALL, GUSER), "no response"),
    (gemini(GUSER, GCALL, {"role": "user", "parts": [*GDONE["parts"], *GDONE["parts"]]}), "equal"),
    (gemini({"role": "assistant", "parts": [{"text": "x"}]}), "valid role"),
    (gemini({"role": "user", "parts": [{"text": ""}]}), "empty text"),
    (responses(USER, ITEM, OUTPUT), None),
    (responses(USER, ITEM), "No tool output"),
    (responses(USER, OUTPUT), "No tool call found"),
]


@pytest.mark.parametrize("case,complaint", CASES, ids=[f"{case[0]} {complaint}" for case, complaint in CASES])
def test_rules(careless, case, complaint):
    path, body = case
    headers = {"anthropic-version": "2023-06-01"}
    assert careless.client.post(path, body, headers=headers).status == 200
    told = careless.stats()["violation_texts"]
    assert told == [] if complaint is None else any(complaint in text for text in told), told
    if complaint:
        careless.reset(strict=True)
        assert careless.client.post(path, body, headers=headers).status == 400


def test_what_was_received_can_be_read(careless):
    for word in ("alpha", "beta", "gamma"):
        path, body = chat({"role": "user", "content": word})
        careless.client.post(path, body)
    assert [r["body"]["messages"][0]["content"] for r in careless.requests()][-2:] == ["beta", "gamma"]
    beta = careless.last_request(has="beta")
    assert beta["interface"] == "chat" and beta["ended"] == "done"
    assert [r["body"]["messages"][0]["content"] for r in careless.requests(after=beta["number"])] == ["gamma"]
    stats = careless.stats()
    assert (stats["requests"], stats["chat"], stats["streams"]) == (3, 3, 0)


def test_misspelt_scripts_are_refused(careless):
    for wrong in ({"txet": "a"}, {"pieces": [{"said": "a"}]}):
        assert careless.client.post("/script", [wrong]).status == 400
    assert careless.stats()["queued"] == 0
    assert careless.client.post("/settings", {"gab": 1}).status == 400


def test_answers_wait_for_their_request(careless):
    careless.script({"text": "for beta", "when": "beta"}, {"text": "next", "times": 2})
    said = []
    for word in ("alpha", "beta", "gamma", "delta"):
        path, body = chat({"role": "user", "content": word})
        said.append(careless.client.post(path, body).json()["choices"][0]["message"]["content"])
    assert said == ["next", "for beta", "next", "ok: delta"]

"""Tools that need approval: the request, the answers, and what is refused meanwhile."""

import pytest
from support.asked import results
from support.loop import TEA, kinds, one, returned, said, stop

PENDING = (
    "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call. Please approve or deny the "
    "pending request before continuing."
)


@pytest.fixture
def guarded(api, agent):
    path = f"/v1/agents/{agent['id']}/tools/approval/memory_insert"
    assert api.patch(path, {"requires_approval": True}).status == 200
    return agent


@pytest.fixture
def asked(guarded, send, model):
    """The request for approval of a call of memory_insert."""
    model.script({"think": "May I?", "calls": [["memory_insert", TEA]]})
    reply = send(guarded, "I like tea")
    assert stop(reply) == "requires_approval"
    return one(reply["messages"], "approval_request_message")


def answer(call, approve=True, reason=None):
    approval = {"type": "approval", "tool_call_id": call, "approve": approve, "reason": reason}
    return [{"type": "approval", "approvals": [approval]}]


def call_of(request):
    return request["tool_call"]["tool_call_id"]


def test_the_request(api, guarded, asked, block, listed):
    assert asked["tool_call"]["name"] == "memory_insert" and asked["tool_calls"] == [asked["tool_call"]]
    assert asked["otid"] == asked["id"]
    assert "Likes tea." not in block(guarded)
    assert kinds(listed(guarded))[-1] == "approval_request_message"
    bare = api.get(f"/v1/agents/{guarded['id']}").json()
    full = api.get(f"/v1/agents/{guarded['id']}", {"include": "agent.pending_approval"}).json()
    assert bare["pending_approval"] is None and full["pending_approval"]["id"] == asked["id"]


def test_approved(guarded, asked, send, block, model, listed):
    model.script("Kept.")
    reply = send(guarded, messages=answer(call_of(asked)))
    assert kinds(reply["messages"]) == ["tool_return_message", "assistant_message"]
    assert reply["messages"][0]["tool_call_id"] == call_of(asked) and "Likes tea." in block(guarded)
    stored = kinds(listed(guarded))
    assert stored[-4:] == [
        "approval_request_message",
        "approval_response_message",
        "tool_return_message",
        "assistant_message",
    ]


def test_denied_with_a_reason(guarded, asked, send, block, model, listed):
    model.script("As you wish.")
    reply = send(guarded, messages=answer(call_of(asked), False, "too private"))
    text, status = returned(reply)
    assert (text, status) == ("Error: request to call tool denied. User reason: too private", "error")
    assert said(reply) == "As you wish." and "Likes tea." not in block(guarded)
    assert "too private" in results(model.last_request())[-1]
    response = one(listed(guarded), "approval_response_message")
    assert response["approve"] is False and response["reason"] == "too private"
    assert response["approvals"][0]["tool_call_id"] == call_of(asked)


def test_the_older_form(guarded, asked, send, block, model):
    model.script("Kept.")
    send(guarded, messages=[{"type": "approval", "approve": True, "approval_request_id": asked["id"]}])
    assert "Likes tea." in block(guarded)


def test_the_older_form_of_a_denial(guarded, asked, send, model):
    model.script("As you wish.")
    denied = {"type": "approval", "approve": False, "approval_request_id": asked["id"], "reason": "no"}
    assert returned(send(guarded, messages=[denied]))[1] == "error"


def test_other_messages_wait(guarded, asked, send, listed):
    before = len(listed(guarded))
    refused = send(guarded, "hello?", status=409)
    assert refused["detail"] == {"code": "PENDING_APPROVAL", "message": PENDING, "pending_request_id": asked["id"]}
    assert len(listed(guarded)) == before


def test_a_wrong_call(guarded, asked, send):
    refused = send(guarded, status=400, messages=answer("call_of_somebody_else"))
    assert "Invalid tool call IDs." in refused["detail"]
    assert call_of(asked) in refused["detail"] and "call_of_somebody_else" in refused["detail"]


def test_the_same_approval_again(guarded, asked, send, block, model):
    model.script("Kept.")
    send(guarded, messages=answer(call_of(asked)))
    value = block(guarded)
    send(guarded, messages=answer(call_of(asked)))
    assert block(guarded) == value and model.stats()["requests"] == 2


def test_nothing_to_approve(agent, send):
    refused = send(agent, status=400, messages=answer("call_1"))
    assert "No tool call is currently awaiting approval" in refused["detail"]


def test_more_words_with_the_answer(guarded, asked, send, model):
    model.script("Kept, and hello.")
    send(guarded, messages=[*answer(call_of(asked)), {"role": "user", "content": "and hello"}])
    assert "and hello" in str(model.last_request()["body"])


def test_only_those_that_need_it_are_asked_for(api, new_agent, send, block, model):
    agent = new_agent(model_settings={"provider_type": "openai", "parallel_tool_calls": True})
    api.patch(f"/v1/agents/{agent['id']}/tools/approval/memory_replace", {"requires_approval": True})
    change = {"label": "human", "old_string": "Ada", "new_string": "Eve"}
    model.script({"calls": [["memory_insert", TEA], ["memory_replace", change]]}, "Both.")
    reply = send(agent, "x")
    request = one(reply["messages"], "approval_request_message")
    assert [c["name"] for c in request["tool_calls"]] == ["memory_replace"]
    send(agent, messages=answer(call_of(request)))
    assert "Likes tea." in block(agent) and "Eve" in block(agent)


def test_all_pending_calls_are_answered_at_once(api, new_agent, send, model):
    agent = new_agent(model_settings={"provider_type": "openai", "parallel_tool_calls": True})
    api.patch(f"/v1/agents/{agent['id']}/tools/approval/memory_insert", {"requires_approval": True})
    model.script({"calls": [["memory_insert", TEA], ["memory_insert", TEA]]}, "One of them.")
    request = one(send(agent, "x")["messages"], "approval_request_message")
    ids = [c["tool_call_id"] for c in request["tool_calls"]]
    assert len(set(ids)) == 2
    send(agent, status=400, messages=answer(ids[0]))
    both = [{"type": "approval", "tool_call_id": call, "approve": call == ids[0]} for call in ids]
    reply = send(agent, messages=[{"type": "approval", "approvals": both}])
    told = [r for m in reply["messages"] if m["message_type"] == "tool_return_message" for r in m["tool_returns"]]
    assert {r["tool_call_id"]: r["status"] for r in told} == {ids[0]: "success", ids[1]: "error"}


def test_approval_can_be_switched_off_again(api, guarded, send, block, model):
    path = f"/v1/agents/{guarded['id']}/tools/approval/memory_insert"
    assert api.patch(path, {"requires_approval": False}).status == 200
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    assert stop(send(guarded, "x")) == "end_turn" and "Likes tea." in block(guarded)

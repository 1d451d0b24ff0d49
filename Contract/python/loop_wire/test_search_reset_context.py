"""Search over all messages, resets, edits, and what fills the context window."""

import time

import pytest
from support.asked import users
from support.loop import kinds, one
from support.shapes import CONTEXT

DEFAULTS = {"system_message", "assistant_message", "user_message"}


@pytest.fixture
def found(api):
    """Searches until something is found: vectors may come a moment later."""

    def search(path="/v1/messages/search", wait=5.0, **body):
        until = time.monotonic() + wait
        while True:
            reply = api.post(path, body)
            assert reply.status == 200, reply
            if reply.json() or time.monotonic() > until:
                return reply.json()
            time.sleep(0.1)

    return search


@pytest.mark.parametrize("mode", ["hybrid", "vector", "fts"])
def test_search_across_agents(new_agent, send, found, unique, mode):
    first, second = new_agent(), new_agent()
    send(first, f"The {unique} lighthouse blinks.\nREPLY Noted.")
    send(second, f"A {unique} lighthouse is dark.\nREPLY Noted.")
    results = found(query=f"{unique} lighthouse", search_mode=mode, limit=10)
    mine = [r for r in results if unique in str(r["content"])]
    assert {r["agent_id"] for r in mine} == {first["id"], second["id"]}
    for result in mine:
        assert result["message_id"].startswith("message-") and result["message_type"] == "user_message"
        assert result["created_at"] and "conversation_id" in result
    only = found(query=f"{unique} lighthouse", search_mode=mode, agent_id=first["id"])
    assert {r["agent_id"] for r in only} == {first["id"]}


def test_search_narrows(api, agent, send, found, unique):
    send(agent, f"{unique} asked\nREPLY {unique} answered")
    path = "/v1/agents/messages/search"
    assistants = found(path=path, query=unique, search_mode="fts", roles=["assistant"])
    assert {r["message"]["role"] for r in assistants} == {"assistant"}
    assert found(query=unique, search_mode="fts", end_date="2020-01-01T00:00:00Z", wait=0) == []
    assert len(found(query=unique, search_mode="fts", limit=1)) == 1
    assert api.post("/v1/messages/search", {"query": unique, "search_mode": "magic"}).status == 422


def test_search_within_a_conversation(api, agent, send, found, unique):
    conversation = api.post(f"/v1/conversations/?agent_id={agent['id']}", {}).json()["id"]
    api.post(f"/v1/conversations/{conversation}/messages", {"input": f"{unique} inside", "streaming": False})
    send(agent, f"{unique} outside")
    inside = found(query=unique, search_mode="fts", conversation_id=conversation)
    assert inside and all("inside" in r["content"] for r in inside)
    assert {r["conversation_id"] for r in inside} == {conversation}


def test_the_older_search(agent, send, found, unique):
    send(agent, f"{unique} said")
    result = found(path="/v1/agents/messages/search", query=unique, search_mode="fts")[0]
    assert unique in result["embedded_text"] and result["message"] and result["rrf_score"] >= 0


def test_all_messages(api, agent, send, unique):
    send(agent, f"{unique} said")
    listed = api.get("/v1/messages/", {"limit": 10}).json()
    mine = [m for m in listed if unique in str(m.get("content"))]
    assert kinds(mine) == ["assistant_message", "user_message"]


def test_one_message(api, agent, send, model):
    model.script({"think": "hm", "text": "said"})
    message = send(agent, "x")["messages"][0]["id"]
    assert kinds(api.get(f"/v1/messages/{message}").json()) == ["reasoning_message", "assistant_message"]


@pytest.mark.parametrize("defaults", [False, True])
def test_reset(api, agent, send, listed, block, model, defaults):
    send(agent, "forget me")
    path = f"/v1/agents/{agent['id']}/reset-messages"
    reply = api.patch(path, {"add_default_initial_messages": defaults})
    assert reply.status == 200, reply
    assert "forget me" not in str(listed(agent)) and "Ada" in block(agent)
    send(agent, "hello")
    assert users(model.last_request())[-1] == "hello" and "forget me" not in str(model.last_request()["body"])


def test_reset_with_first_messages(api, new_agent):
    agent = new_agent(agent_type="memgpt_agent")
    path = f"/v1/agents/{agent['id']}/reset-messages"
    again = api.patch(path, {"add_default_initial_messages": True}).json()
    assert len(again["message_ids"]) == 4
    bare = api.patch(path, {"add_default_initial_messages": False}).json()
    assert len(bare["message_ids"]) == 1


def test_an_edited_message_is_what_the_model_sees(api, agent, send, listed, model):
    send(agent, "colour is red")
    message = one(listed(agent), "user_message")["id"]
    reply = api.patch(
        f"/v1/agents/{agent['id']}/messages/{message}", {"message_type": "user_message", "content": "colour is blue"}
    )
    assert reply.status == 200, reply
    send(agent, "hello")
    assert users(model.last_request())[0] == "colour is blue"


def test_context(api, agent, send):
    send(agent, "hello")
    context = api.get(f"/v1/agents/{agent['id']}/context").json()
    assert set(context) >= CONTEXT
    assert context["num_messages"] == 3 and context["num_recall_memory"] == 3
    assert 0 < context["num_tokens_core_memory"] < context["context_window_size_current"]
    assert context["context_window_size_current"] <= context["context_window_size_max"]
    assert "Name: Ada" in context["core_memory"] and len(context["functions_definitions"]) == 3
    before = context["num_tokens_messages"]
    send(agent, "words " * 200)
    assert api.get(f"/v1/agents/{agent['id']}/context").json()["num_tokens_messages"] > before + 100

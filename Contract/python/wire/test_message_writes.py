"""Stored messages: search, edit, reset, and the prompt that is compiled from memory."""

import pytest
from support.shapes import is_time


@pytest.fixture
def talked(new_agent, unique):
    return new_agent(
        initial_message_sequence=[
            {"role": "user", "content": f"My cat is called {unique}"},
            {"role": "assistant", "content": f"Then {unique} is a fine name."},
            {"role": "user", "content": "What is the weather?"},
        ]
    )


def test_search_over_all_agents(api, talked, unique):
    found = api.post("/v1/messages/search", {"query": unique})
    assert found.status == 200
    assert {m["message_id"] for m in found.json()} == set(talked["message_ids"][1:3])
    for message in found.json():
        assert message["agent_id"] == talked["id"] and unique in message["content"]
        assert message["message_type"] in ("user_message", "assistant_message")
        assert is_time(message["created_at"])


@pytest.mark.parametrize(
    "more,count",
    [
        ({"search_mode": "fts"}, 2),
        ({"search_mode": "vector"}, None),
        ({"limit": 1}, 1),
        ({"start_date": "2001-01-01T00:00:00Z"}, 2),
        ({"end_date": "2001-01-01T00:00:00Z"}, 0),
    ],
)
def test_search_filters(api, talked, unique, more, count):
    found = api.post("/v1/messages/search", {"query": unique, "agent_id": talked["id"], **more})
    assert found.status == 200
    assert count is None or len(found.json()) == count


def test_search_of_the_older_route(api, talked, unique):
    found = api.post("/v1/agents/messages/search", {"query": unique, "roles": ["user"]}).json()
    assert [f["message"]["id"] for f in found] == talked["message_ids"][1:2]
    assert unique in found[0]["embedded_text"] and found[0]["rrf_score"] is not None


@pytest.mark.parametrize(
    "body",
    [{"query": 5}, {"query": "x", "limit": "y"}, {"query": "x", "limit": 1000}, {"query": "x", "search_mode": "z"}],
)
def test_what_search_refuses(api, body):
    reply = api.post("/v1/messages/search", body)
    assert reply.status == 422
    assert ("limit" if "limit" in body else "search_mode" if "search_mode" in body else "query") in reply.detail


def test_all_messages_newest_first(api, talked):
    found = [m["id"] for m in api.get("/v1/messages/", {"limit": 4}).json()]
    assert found == talked["message_ids"][::-1]


def test_one_message_by_id(api, talked, missing_id):
    found = api.get(f"/v1/messages/{talked['message_ids'][1]}").json()
    assert [m["message_type"] for m in found] == ["user_message"]
    assert api.get(f"/v1/messages/{missing_id('message')}").status == 404
    assert api.get("/v1/messages/message-1").status == 422


def test_an_edit_changes_what_is_listed_and_found(api, talked, unique):
    message = talked["message_ids"][1]
    path = f"/v1/agents/{talked['id']}/messages/{message}"
    assert (
        api.patch(path, {"message_type": "user_message", "content": "My dog barks"}).json()["content"] == "My dog barks"
    )
    assert api.get(f"/v1/messages/{message}").json()[0]["content"] == "My dog barks"
    found = api.post("/v1/messages/search", {"query": unique, "agent_id": talked["id"]}).json()
    assert message not in [m["message_id"] for m in found]


def test_a_reset_forgets_the_talk_and_keeps_the_memory(api, talked):
    reply = api.patch(f"/v1/agents/{talked['id']}/reset-messages", {"add_default_initial_messages": False})
    assert reply.status == 200
    assert len(reply.json()["message_ids"]) == 1
    kinds = [m["message_type"] for m in api.get(f"/v1/agents/{talked['id']}/messages").json()]
    assert kinds == ["system_message"]
    assert api.get(f"/v1/agents/{talked['id']}/core-memory/blocks/human").json()["value"] == "Name: Ada"


def test_the_prompt_is_compiled_anew_on_request(api, agent):
    api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", {"value": "Name: Bea"})
    prompt = api.post(f"/v1/agents/{agent['id']}/recompile")
    assert prompt.status == 200
    assert "Name: Bea" in prompt.json() and "<memory_blocks>" in prompt.json()
    listed = api.get(f"/v1/agents/{agent['id']}/messages").json()
    assert "Name: Bea" in listed[-1]["content"]


def test_a_dry_run_compiles_and_stores_nothing(api, agent):
    api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", {"value": "Name: Bea"})
    before = api.get(f"/v1/agents/{agent['id']}/messages").json()[-1]["content"]
    assert "Name: Bea" in api.request("POST", f"/v1/agents/{agent['id']}/recompile?dry_run=true").json()
    assert api.get(f"/v1/agents/{agent['id']}/messages").json()[-1]["content"] == before

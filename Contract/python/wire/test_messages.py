"""Messages that agents carry along, and models."""

import json

import pytest
from support.shapes import MESSAGE_TIME, is_id

COMMON = {"id", "date", "name", "message_type", "otid", "sender_id", "step_id", "is_err", "seq_id", "run_id"}
START = [{"role": "user", "content": "Good morning"}, {"role": "assistant", "content": "Good morning, Ada."}]


@pytest.fixture
def talked(new_agent):
    return new_agent(initial_message_sequence=START)


def listed(api, agent, **query):
    reply = api.get(f"/v1/agents/{agent['id']}/messages", query)
    assert reply.status == 200, reply
    return reply.json()


def test_initial_messages_are_there_newest_first(api, talked):
    messages = listed(api, talked)
    assert [m["message_type"] for m in messages] == ["assistant_message", "user_message", "system_message"]
    assert [m["content"] for m in messages[:2]] == ["Good morning, Ada.", "Good morning"]
    assert [m["id"] for m in reversed(messages)] == talked["message_ids"]


def test_messages_have_every_field_and_nulls_are_sent(api, talked):
    for message in listed(api, talked):
        assert set(message) >= COMMON
        assert is_id(message["id"], "message")
        assert MESSAGE_TIME.fullmatch(message["date"]), message["date"]
        assert message["run_id"] is None and message["step_id"] is None
        assert message["otid"][:-2] == message["id"].removeprefix("message-")[:-2]


def test_the_system_message_shows_the_memory(api, talked):
    system = listed(api, talked)[-1]["content"]
    assert "<memory_blocks>" in system and "Name: Ada" in system
    assert "</memory_blocks>" in system and "<memory_metadata>" in system
    assert talked["id"] in system


def test_cursors_and_orders(api, talked):
    ids = [m["id"] for m in listed(api, talked)]
    assert [m["id"] for m in listed(api, talked, order="asc")] == ids[::-1]
    assert [m["id"] for m in listed(api, talked, limit=1)] == ids[:1]
    assert [m["id"] for m in listed(api, talked, limit=1, after=ids[0])] == ids[1:2]
    assert listed(api, talked, after=ids[-1]) == []
    assert [m["id"] for m in listed(api, talked, before=ids[1])] == ids[:1]
    assert [m["id"] for m in listed(api, talked, page=2, page_size=2)] == ids[2:]


def test_types_can_be_chosen(api, talked):
    assert [m["message_type"] for m in listed(api, talked, include_return_message_types="user_message")] == [
        "user_message"
    ]


def test_classic_agents_begin_with_their_four_messages(api, new_agent):
    made = new_agent(agent_type="memgpt_agent")
    messages = listed(api, made, order="asc")
    assert [m["message_type"] for m in messages][0] == "system_message"
    assert {"assistant_message", "user_message"} <= {m["message_type"] for m in messages}
    assert len(made["message_ids"]) == 4
    assert json.loads(messages[-1]["content"])["type"] == "login"


def test_a_message_can_be_retrieved_where_it_is_served(api, talked, served):
    message = talked["message_ids"][1]
    reply = api.get(f"/v1/messages/{message}")
    if ("GET", "/v1/messages/{message_id}") in served:
        assert [m["content"] for m in reply.json()] == ["Good morning"]
    else:
        assert reply.status == 501


def test_deleting_the_agent_deletes_its_messages(api, talked):
    api.delete(f"/v1/agents/{talked['id']}")
    assert api.get(f"/v1/agents/{talked['id']}/messages").status == 404


class TestModels:
    def test_models_are_what_is_configured(self, api):
        for model in api.get("/v1/models/").json():
            assert "/" in model["handle"] and model["model_type"] == "llm"
            assert model["max_context_window"] > 0 and model["provider_type"]

    def test_embedding_models_name_their_dimension(self, api):
        for model in api.get("/v1/models/embedding").json():
            assert "/" in model["handle"] and model["model_type"] == "embedding"
            assert model["embedding_dim"] > 0

    @pytest.mark.own_server
    def test_a_configured_default_is_listed(self, start_server):
        from proof.client import Client

        client = Client(start_server({"DEFAULT_LLM_MODEL": "openai/gpt-4o-mini", "OPENAI_API_KEY": "sk-x"}).url)
        assert "openai/gpt-4o-mini" in [m["handle"] for m in client.get("/v1/models/").json()]

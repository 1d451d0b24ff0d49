"""Agent files (.af): import of today's and of the old form, export, and files that are broken."""

import json

import pytest
from support import agentfile
from support.shapes import is_id


@pytest.fixture
def load(api):
    """Imports a document and returns the reply; agents made by it are deleted afterwards."""
    made = []

    def send(document, fields=None, headers=None):
        body, kind = agentfile.multipart(document, fields)
        reply = api.request("POST", "/v1/agents/import", body, {"Content-Type": kind, **(headers or {})})
        if reply.status == 200:
            made.extend(reply.json()["agent_ids"])
        return reply

    yield send
    for agent in made:
        api.delete(f"/v1/agents/{agent}")


def imported(api, load, document, fields=None):
    reply = load(document, fields)
    assert reply.status == 200, reply
    ids = reply.json()["agent_ids"]
    assert len(ids) == 1 and is_id(ids[0], "agent")
    return api.get(f"/v1/agents/{ids[0]}").json()


def test_an_import_brings_the_whole_agent(api, load, unique):
    agent = imported(api, load, agentfile.current(unique))
    assert agent["name"] == unique + "_copy"
    assert agent["system"] == "You keep notes."
    assert (agent["description"], agent["metadata"]) == ("kept in a file", {"origin": "fixture"})
    assert set(agent["tags"]) == {"filed", "from:file"}
    assert agent["timezone"] == "Europe/Berlin"
    blocks = {b["label"]: b for b in agent["blocks"]}
    assert blocks["human"]["value"] == "Name: Bob"
    assert blocks["persona"]["read_only"] is True
    assert blocks["human"]["limit"] == 5000
    assert {t["name"] for t in agent["tools"]} == {"conversation_search", "memory_insert", "roll_dice"}
    assert agent["model"] == "openai/gpt-4o-mini"


def test_ids_in_the_file_do_not_come_along(api, load, unique):
    agent = imported(api, load, agentfile.current(unique))
    assert all(is_id(b["id"], "block") for b in agent["blocks"])
    assert all(is_id(t["id"], "tool") for t in agent["tools"])
    assert all(is_id(m, "message") for m in agent["message_ids"])


def test_base_tools_are_matched_by_name(api, load, unique):
    known = {t["name"]: t["id"] for t in api.get("/v1/tools/", {"limit": 200}).json()}
    agent = imported(api, load, agentfile.current(unique))
    mine = {t["name"]: t["id"] for t in agent["tools"]}
    assert mine["conversation_search"] == known["conversation_search"]


def test_an_import_never_changes_base_tools(api, load, unique):
    before = api.get("/v1/tools/", {"name": "conversation_search"}).json()
    imported(api, load, agentfile.current(unique), {"override_existing_tools": "true"})
    assert api.get("/v1/tools/", {"name": "conversation_search"}).json() == before


def test_messages_come_along_in_order(api, load, unique):
    agent = imported(api, load, agentfile.current(unique))
    messages = api.get(f"/v1/agents/{agent['id']}/messages", {"order": "asc"}).json()
    kinds = [m["message_type"] for m in messages]
    assert kinds == ["system_message", "user_message", "tool_call_message", "tool_return_message", "assistant_message"]
    assert messages[1]["content"] == "My name is Bob."
    assert messages[2]["tool_call"]["name"] == "conversation_search"
    assert json.loads(messages[2]["tool_call"]["arguments"]) == {"query": "Bob"}
    assert messages[3]["tool_return"] == "nothing found" and messages[3]["status"] == "success"
    assert messages[4]["content"] == "Hello Bob."
    assert len(agent["message_ids"]) == 5


def test_messages_can_be_left_out(api, load, unique):
    agent = imported(api, load, agentfile.current(unique), {"strip_messages": "true"})
    kinds = [m["message_type"] for m in api.get(f"/v1/agents/{agent['id']}/messages").json()]
    assert "user_message" not in kinds


def test_names_and_handles_can_be_replaced(api, load, unique):
    agent = imported(api, load, agentfile.current(unique), {"append_copy_suffix": "false"})
    assert agent["name"] == unique
    for field in ("name", "override_name"):
        assert imported(api, load, agentfile.current(unique), {field: f"{unique}-{field}"})["name"].startswith(
            f"{unique}-{field}"
        )
    agent = imported(api, load, agentfile.current(unique), {"model": "anthropic/claude", "embedding": "openai/other"})
    assert (agent["model"], agent["embedding"]) == ("anthropic/claude", "openai/other")


def test_secrets_are_given_at_import(api, load, unique):
    agent = imported(api, load, agentfile.current(unique), {"secrets": json.dumps({"KEY": "value"})})
    assert [(s["key"], s["value"]) for s in agent["secrets"]] == [("KEY", "value")]
    assert load(agentfile.current(unique), {"secrets": "{not json"}).status in (400, 422)


def test_the_old_flat_form_is_taken_too(api, load, unique):
    agent = imported(api, load, agentfile.flat(unique))
    assert {(b["label"], b["value"]) for b in agent["blocks"]} == {
        ("human", "Name: Eve"),
        ("persona", "I am from before."),
    }
    assert agent["tags"] == ["old-form"]
    assert agent["agent_type"] == "memgpt_agent"
    contents = [m.get("content") for m in api.get(f"/v1/agents/{agent['id']}/messages").json()]
    assert "Do you remember me?" in contents


def test_values_longer_than_their_limit_may_come_in_and_then_only_shrink(api, load, unique):
    document = agentfile.current(unique)
    document["blocks"][0].update(value="x" * 50, limit=10)
    agent = imported(api, load, document)
    path = f"/v1/agents/{agent['id']}/core-memory/blocks/human"
    assert api.get(path).json()["value"] == "x" * 50
    assert api.patch(path, {"value": "x" * 51}).status == 422
    assert api.patch(path, {"value": "y" * 40}).status == 200
    assert api.patch(path, {"value": "y" * 45}).status == 422
    assert api.patch(path, {"value": "y" * 9}).status == 200
    assert api.patch(path, {"value": "y" * 11}).status == 422


@pytest.mark.parametrize("name,document,word", agentfile.broken(), ids=[name for name, *_ in agentfile.broken()])
def test_a_broken_file_is_400_and_names_the_place(api, load, name, document, word):
    before = api.get("/v1/agents/count").json(), api.get("/v1/blocks/count").json()
    reply = load(document)
    assert reply.status == 400
    assert word in reply.detail and len(reply.detail) > 10
    assert (api.get("/v1/agents/count").json(), api.get("/v1/blocks/count").json()) == before, "nothing may stay behind"


def test_a_file_that_is_not_json_has_the_documented_words(load):
    assert load(b"hello").detail.startswith("Corrupted agent file format.")


def test_an_import_without_a_file_is_422(api):
    body, kind = agentfile.multipart(b"{}")
    reply = api.request(
        "POST", "/v1/agents/import", body.replace(b'name="file"', b'name="other"'), {"Content-Type": kind}
    )
    assert reply.status == 422
    assert "file" in reply.detail


def test_an_export_is_indented_json_with_local_ids(api, new_agent, unique):
    made = new_agent(name=unique, tags=[unique])
    reply = api.get(f"/v1/agents/{made['id']}/export")
    assert reply.status == 200
    assert b'\n  "agents"' in reply.body or b'\n    "agents"' in reply.body
    document = reply.json()
    assert {"agents", "groups", "blocks", "files", "sources", "tools", "mcp_servers", "metadata", "created_at"} <= set(
        document
    )
    agent = document["agents"][0]
    assert agent["id"] == "agent-0" and agent["name"] == unique and agent["tags"] == [unique]
    assert set(agent["block_ids"]) == {b["id"] for b in document["blocks"]} == {"block-0", "block-1"}
    assert set(agent["tool_ids"]) == {t["id"] for t in document["tools"]}
    assert agent["in_context_message_ids"] == [m["id"] for m in agent["messages"]] == ["message-0"]
    assert f'"{made["id"]}"' not in reply.body.decode(), "the prompt may speak of the id, no field may hold it"


def test_out_and_in_again_is_the_same_agent(api, load, unique):
    first = imported(api, load, agentfile.current(unique), {"append_copy_suffix": "false"})
    document = api.get(f"/v1/agents/{first['id']}/export").json()
    second = imported(api, load, document, {"append_copy_suffix": "false"})
    for field in ("name", "description", "system", "tags", "metadata", "timezone", "agent_type", "model", "tool_rules"):
        assert first[field] == second[field], field

    def plain(agent):
        return sorted((b["label"], b["value"], b["limit"], b["read_only"], b["description"]) for b in agent["blocks"])

    def said(agent):
        messages = api.get(f"/v1/agents/{agent['id']}/messages", {"order": "asc"}).json()
        return [(m["message_type"], m.get("content"), m["date"]) for m in messages]

    assert plain(first) == plain(second)
    assert said(first) == said(second)
    assert {t["name"] for t in first["tools"]} == {t["name"] for t in second["tools"]}


def test_an_export_can_leave_messages_out(api, load, unique):
    agent = imported(api, load, agentfile.current(unique))
    document = api.get(f"/v1/agents/{agent['id']}/export", {"scrub_messages": "true"}).json()
    assert b"My name is Bob" not in json.dumps(document).encode()


def test_the_legacy_export_is_refused(api, agent):
    assert api.get(f"/v1/agents/{agent['id']}/export", {"use_legacy_format": "true"}).status == 400


def test_an_import_into_a_project(api, load, unique):
    agent = imported(api, load, agentfile.current(unique), {"project_id": unique})
    assert agent["project_id"] == unique

"""Tools, files, identities, tags, models, messages and health with letta-client 1.x."""

import json

import letta_client
import pytest
from support import agentfile


def test_health(client):
    health = client.health()
    assert health.status == "ok" and health.version


def test_models(client):
    for model in client.models.list():
        assert model.handle and model.model_type == "llm"
    for model in client.models.embeddings.list():
        assert model.embedding_dim > 0


def test_tags(client, new_agent, unique):
    new_agent(tags=[f"{unique}:b", f"{unique}:a"])
    assert client.tags.list(query_text=unique) == [f"{unique}:a", f"{unique}:b"]
    assert client.tags.list(query_text=unique, limit=1) == [f"{unique}:a"]
    assert client.tags.list(query_text=unique, after=f"{unique}:a") == [f"{unique}:b"]
    assert client.tags.list(query_text=unique, after=f"{unique}:b") == []


def test_tools(client, agent):
    names = [t.name for t in client.tools.list(limit=7)]
    assert len(names) == len(set(names)) > 15
    tool = client.tools.list(name="run_code").items[0]
    assert tool.tool_type == "letta_builtin"
    assert client.tools.retrieve(tool.id).name == "run_code"
    attached = client.agents.tools.attach(tool.id, agent_id=agent["id"])
    assert "run_code" in [t.name for t in attached.tools]
    assert {t.name for t in client.agents.tools.list(agent["id"], limit=2)} == {
        "run_code",
        "conversation_search",
        "memory_insert",
        "memory_replace",
    }
    detached = client.agents.tools.detach(tool.id, agent_id=agent["id"])
    assert "run_code" not in [t.name for t in detached.tools]


def test_approval(client, agent):
    changed = client.agents.tools.update_approval("memory_insert", agent_id=agent["id"], body_requires_approval=True)
    assert [(r.type, r.tool_name) for r in changed.tool_rules] == [("requires_approval", "memory_insert")]


def test_a_tool_that_is_not_there(client, agent, missing_id):
    with pytest.raises(letta_client.NotFoundError):
        client.tools.retrieve(missing_id("tool"))
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.agents.tools.attach("tool-1", agent_id=agent["id"])


def test_identities_attach(client, api, agent, unique):
    body = {"identifier_key": unique, "name": unique, "identity_type": "user"}
    identity = api.post("/v1/identities/", body).json()["id"]
    client.agents.identities.attach(identity, agent_id=agent["id"])
    found = client.agents.list(identity_id=identity, include=["agent.identities"]).items
    assert [a.id for a in found] == [agent["id"]] and found[0].identities[0].identifier_key == unique
    assert [a.id for a in client.agents.list(identifier_keys=[unique])] == [agent["id"]]
    client.agents.identities.detach(identity, agent_id=agent["id"])
    assert client.agents.list(identity_id=identity).items == []


def test_export_and_import(client, agent, unique):
    document = client.agents.export_file(agent["id"])
    document = json.loads(document) if isinstance(document, str) else document
    assert document["agents"][0]["name"] == agent["name"]
    made = client.agents.import_file(file=("backup.af", json.dumps(document).encode()), name=unique)
    assert len(made.agent_ids) == 1
    copy = client.agents.retrieve(made.agent_ids[0], include=["agent.blocks", "agent.tools"])
    assert copy.name.startswith(unique)
    assert {(b.label, b.value) for b in copy.blocks} == {("human", "Name: Ada"), ("persona", "I remember.")}
    assert len(copy.tools) == 3
    client.agents.delete(copy.id)


def test_import_keeps_the_conversation(client, unique):
    made = client.agents.import_file(file=agentfile.encoded(agentfile.current(unique)), append_copy_suffix=False)
    messages = list(client.agents.messages.list(made.agent_ids[0], order="asc"))
    assert [m.message_type for m in messages] == [
        "system_message",
        "user_message",
        "tool_call_message",
        "tool_return_message",
        "assistant_message",
    ]
    assert messages[1].content == "My name is Bob."
    assert messages[3].tool_return == "nothing found"
    assert [m.id for m in client.agents.messages.list(made.agent_ids[0], limit=2)] == [m.id for m in reversed(messages)]
    client.agents.delete(made.agent_ids[0])


def test_a_broken_file_is_a_bad_request(client):
    with pytest.raises(letta_client.BadRequestError) as caught:
        client.agents.import_file(file=b"nonsense")
    assert "Corrupted agent file format" in str(caught.value)


def test_the_official_client_has_no_clone_but_can_post_it(client, agent, unique):
    copy = client.post(f"/v1/agents/{agent['id']}/clone", body={"new_name": unique}, cast_to=object)
    assert copy["name"] == unique
    client.agents.delete(copy["id"])


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.folders.list(),
        lambda c: c.runs.list(),
        lambda c: c.steps.list(),
        lambda c: c.mcp_servers.list(),
        lambda c: c.conversations.list(agent_id="agent-00000000-0000-4000-8000-00000000dead"),
        lambda c: c.messages.search(query="x"),
    ],
)
def test_known_routes_are_served_or_501(client, call):
    try:
        call(client)
    except letta_client.NotFoundError as error:
        assert error.body != {"detail": "Not Found"}
    except letta_client.InternalServerError as error:
        assert error.status_code == 501 and error.body["detail"]


def test_tools_of_ones_own(client, unique):
    schema = {"name": unique, "description": "d", "parameters": {"type": "object", "properties": {}, "required": []}}
    tool = client.tools.create(source_code="def f():\n    return 1\n", json_schema=schema, tags=["t"])
    assert (tool.name, tool.tool_type, tool.tags) == (unique, "custom", ["t"])
    assert client.tools.upsert(source_code="def f():\n    return 2\n", json_schema=schema).id == tool.id
    assert client.tools.update(tool.id, description="e").description == "e"
    client.tools.delete(tool.id)
    with pytest.raises(letta_client.NotFoundError):
        client.tools.retrieve(tool.id)


def test_messages_search_retrieve_reset(client, new_agent, unique):
    agent = new_agent(initial_message_sequence=[{"role": "user", "content": f"the {unique} is here"}])
    found = client.messages.search(query=unique, agent_id=agent["id"])
    assert [m.message_id for m in found] == agent["message_ids"][1:]
    assert client.messages.retrieve(agent["message_ids"][1])[0].content == f"the {unique} is here"
    client.agents.messages.reset(agent["id"])
    assert [m.message_type for m in client.agents.messages.list(agent["id"])] == ["system_message"]

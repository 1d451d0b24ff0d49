"""`client.agents` of letta-client 0.1.x."""

import pytest
from letta_client import CreateBlock
from letta_client.core.api_error import ApiError
from support.models import EMBEDDING, MODEL


@pytest.fixture
def made(client, unique):
    agent = client.agents.create(
        name=unique,
        model=MODEL,
        embedding=EMBEDDING,
        tags=[unique],
        description="d",
        memory_blocks=[
            CreateBlock(label="human", value="Name: Ada"),
            CreateBlock(label="persona", value="I remember.", limit=99),
        ],
    )
    yield agent
    client.agents.delete(agent.id)


def refused(status, call, *arguments, **named):
    with pytest.raises(ApiError) as caught:
        call(*arguments, **named)
    assert caught.value.status_code == status, caught.value
    return str(caught.value.body)


def test_this_generation_gets_relations_without_asking(client, made, unique):
    found = client.agents.retrieve(made.id)
    for agent in (made, found):
        assert {(b.label, b.value) for b in agent.memory.blocks} == {("human", "Name: Ada"), ("persona", "I remember.")}
        assert len(agent.tools) == 3 and agent.tags == [unique]
    assert client.agents.list(tags=[unique])[0].tags == [unique]


def test_modify_delete_count(client, made, unique):
    changed = client.agents.modify(made.id, name=unique + "-2", tags=["x", "y"])
    assert changed.name == unique + "-2" and set(changed.tags) == {"x", "y"} and changed.description == "d"
    before = client.agents.count()
    other = client.agents.create(name=unique, model=MODEL)
    assert client.agents.count() == before + 1
    client.agents.delete(other.id)
    assert other.id in refused(404, client.agents.retrieve, other.id)


def test_lists_page_by_cursor_to_the_empty_page(client, unique):
    ids = [client.agents.create(name=f"{unique}-{n}", model=MODEL, tags=[unique]).id for n in range(5)]
    seen, after = [], None
    while page := client.agents.list(tags=[unique], limit=2, after=after):
        seen += [a.id for a in page]
        after = seen[-1]
    assert seen == ids[::-1]
    assert [a.id for a in client.agents.list(tags=[unique], ascending=True)] == ids
    assert [a.id for a in client.agents.list(query_text=f"{unique}-3")] == ids[3:4]
    assert [a.id for a in client.agents.list(name=f"{unique}-1")] == ids[1:2]
    for agent in ids:
        client.agents.delete(agent)


def test_relations_can_be_narrowed(client, made, unique):
    found = client.agents.retrieve(made.id, include_relationships=["tags"])
    assert found.tags == [unique] and found.tools == []


def test_context_and_core_memory(client, made):
    context = client.agents.context.retrieve(made.id)
    assert "Name: Ada" in context.core_memory and context.context_window_size_max > 0
    assert {b.label for b in client.agents.core_memory.retrieve(made.id).blocks} == {"human", "persona"}


def test_export_and_import(client, made, unique):
    import json

    document = client.agents.export_file(made.id)
    document = json.loads(document) if isinstance(document, str) else document
    ids = client.agents.import_file(file=("a.af", json.dumps(document).encode())).agent_ids
    copy = client.agents.retrieve(ids[0])
    assert copy.name == unique + "_copy"
    assert {b.value for b in copy.memory.blocks} == {"Name: Ada", "I remember."}
    client.agents.delete(copy.id)
    assert "Corrupted agent file format" in refused(400, client.agents.import_file, file=b"nonsense")


def test_tools(client, made):
    tool = client.tools.list(name="run_code")[0]
    assert "run_code" in [t.name for t in client.agents.tools.attach(made.id, tool.id).tools]
    assert "run_code" in [t.name for t in client.agents.tools.list(made.id)]
    assert "run_code" not in [t.name for t in client.agents.tools.detach(made.id, tool.id).tools]
    ruled = client.agents.tools.modify_approval(made.id, "memory_insert", requires_approval=True)
    assert [r.tool_name for r in ruled.tool_rules] == ["memory_insert"]
    assert client.tools.count() == len(client.tools.list(limit=200))
    assert client.tools.retrieve(tool.id).name == "run_code"
    assert {t.name for t in client.tools.upsert_base_tools()} >= {"send_message", "run_code"}


def test_messages(client, unique):
    agent = client.agents.create(
        name=unique, model=MODEL, initial_message_sequence=[{"role": "user", "content": "Hello there"}]
    )
    assert "Hello there" in [getattr(m, "content", None) for m in client.agents.messages.list(agent.id)]
    client.agents.delete(agent.id)


def test_errors(client, missing_id, unique):
    refused(422, client.agents.retrieve, "agent-1")
    refused(404, client.agents.modify, missing_id("agent"), name="x")
    assert "no_such" in refused(400, client.agents.create, name=unique, model=MODEL, tools=["no_such"])
    assert "model" in refused(400, client.agents.create, name=unique)


@pytest.mark.own_server
def test_the_token(start_server, connect):
    roost = start_server({"LETTA_SERVER_PASSWORD": "secret"})
    assert connect(roost.url, "secret").agents.list() == []
    assert connect(roost.url).health.check().status == "ok"
    assert "Unauthorized" in refused(401, connect(roost.url, "wrong").agents.list)


def test_known_routes_are_served_or_501(client, missing_id):
    calls = [
        lambda: client.groups.list(),
        lambda: client.groups.count(),
        lambda: client.folders.list(),
        lambda: client.jobs.list(),
        lambda: client.runs.list(),
        lambda: client.steps.list(),
        lambda: client.providers.list(),
        lambda: client.batches.list(),
        lambda: client.sources.list(),
        lambda: client.tools.list_mcp_servers(),
        lambda: client.agents.messages.create(missing_id("agent"), messages=[]),
    ]
    for call in calls:
        try:
            call()
        except ApiError as error:
            assert error.status_code in (404, 422, 501) and error.body != {"detail": "Not Found"}


def test_tools_of_ones_own(client, unique):
    schema = {"name": unique, "description": "d", "parameters": {"type": "object", "properties": {}, "required": []}}
    tool = client.tools.create(source_code="def f():\n    return 1\n", json_schema=schema)
    assert client.tools.upsert(source_code="def f():\n    return 2\n", json_schema=schema).id == tool.id
    assert client.tools.modify(tool.id, description="e").description == "e"
    client.tools.delete(tool.id)
    refused(404, client.tools.retrieve, tool.id)


def test_message_search_and_reset(client, new_agent, unique):
    agent = new_agent(initial_message_sequence=[{"role": "user", "content": f"the {unique} is here"}])
    found = client.agents.messages.search(query=unique)
    assert [f.message.id for f in found] == agent["message_ids"][1:]
    assert len(client.agents.messages.reset(agent["id"]).message_ids) == 1

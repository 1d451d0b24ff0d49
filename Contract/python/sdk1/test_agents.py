"""`client.agents` of letta-client 1.x."""

import datetime

import letta_client
import pytest
from support.models import EMBEDDING, MODEL

INCLUDE = ["agent.blocks", "agent.tools", "agent.tags", "agent.identities", "agent.secrets", "agent.sources"]


@pytest.fixture
def made(client, unique):
    agent = client.agents.create(
        name=unique,
        description="d",
        model=MODEL,
        embedding=EMBEDDING,
        tags=[unique, "second"],
        memory_blocks=[
            {"label": "human", "value": "Name: Ada"},
            {"label": "persona", "value": "I remember.", "limit": 100},
        ],
        metadata={"k": 1},
        timezone="Europe/Berlin",
    )
    yield agent
    client.agents.delete(agent.id)


def test_create_answers_with_the_whole_agent(made, unique):
    assert made.id.startswith("agent-")
    assert (made.name, made.description, made.model, made.embedding) == (unique, "d", MODEL, EMBEDDING)
    assert isinstance(made.created_at, datetime.datetime)
    assert set(made.tags) == {unique, "second"}
    assert {(b.label, b.value, b.limit) for b in made.blocks} == {
        ("human", "Name: Ada", 100_000),
        ("persona", "I remember.", 100),
    }
    assert {t.name for t in made.tools} == {"conversation_search", "memory_insert", "memory_replace"}
    assert made.metadata == {"k": 1} and made.timezone == "Europe/Berlin"


def test_retrieve_leaves_relations_out_until_asked(client, made, unique):
    bare = client.agents.retrieve(made.id)
    assert (bare.name, bare.model) == (unique, MODEL)
    assert bare.blocks == [] and bare.tools == [] and bare.tags == []
    full = client.agents.retrieve(made.id, include=INCLUDE)
    assert len(full.blocks) == 2 and len(full.tools) == 3 and set(full.tags) == {unique, "second"}


def test_update_changes_what_is_given(client, made, unique):
    changed = client.agents.update(made.id, name=unique + "-2", model="anthropic/claude-sonnet-4-5-20250929")
    assert (changed.name, changed.model, changed.description) == (
        unique + "-2",
        "anthropic/claude-sonnet-4-5-20250929",
        "d",
    )
    assert len(changed.blocks) == 2
    changed = client.agents.update(made.id, tags=["only"], system="Be brief.", context_window_limit=50_000)
    assert changed.tags == ["only"] and changed.system == "Be brief."
    assert changed.llm_config.context_window == 50_000
    assert client.agents.retrieve(made.id).name == unique + "-2"


def test_update_replaces_blocks_tools_and_secrets(client, made, unique):
    block = client.blocks.create(label=unique, value="v")
    tool = client.tools.list(name="run_code").items[0]
    changed = client.agents.update(made.id, block_ids=[block.id], tool_ids=[tool.id], secrets={"A": "1"})
    assert [b.id for b in changed.blocks] == [block.id]
    assert [t.name for t in changed.tools] == ["run_code"]
    assert [(s.key, s.value) for s in changed.secrets] == [("A", "1")]
    client.blocks.delete(block.id)


def test_delete(client, unique):
    agent = client.agents.create(name=unique, model=MODEL)
    client.agents.delete(agent.id)
    with pytest.raises(letta_client.NotFoundError) as caught:
        client.agents.retrieve(agent.id)
    assert caught.value.status_code == 404 and agent.id in str(caught.value)


@pytest.fixture
def several(client, unique):
    """Five agents: a..e; tags t1 on all, t2 on b and c; project of d; text in e's description."""
    agents = {}
    for letter in "abcde":
        tags = [f"{unique}-t1"] + ([f"{unique}-t2"] if letter in "bc" else [])
        more = {"project_id": unique} if letter == "d" else {}
        agents[letter] = client.agents.create(
            name=f"{unique}-{letter}",
            model=MODEL,
            tags=tags,
            description=f"needle {unique}x" if letter == "e" else "",
            **more,
        ).id
    yield agents
    for agent in agents.values():
        client.agents.delete(agent)


@pytest.mark.parametrize(
    "query,expected",
    [
        ({"name": "{u}-a"}, "a"),
        ({"tags": ["{u}-t1"]}, "abcde"),
        ({"tags": ["{u}-t2"]}, "bc"),
        ({"tags": ["{u}-t1", "{u}-t2"]}, "abcde"),
        ({"tags": ["{u}-t1", "{u}-t2"], "match_all_tags": True}, "bc"),
        ({"tags": ["{u}-t1", "{u}-none"], "match_all_tags": True}, ""),
        ({"query_text": "{u}-"}, "abcde"),
        ({"query_text": "{u}-c"}, "c"),
        ({"project_id": "{u}"}, "d"),
        ({"tags": ["{u}-t1"], "template_id": "nope"}, ""),
        ({"tags": ["{u}-t1"], "last_stop_reason": "end_turn"}, ""),
        ({"tags": ["{u}-t2"], "order": "asc"}, "bc"),
        ({"tags": ["{u}-t2"], "order": "desc"}, "cb"),
        ({"tags": ["{u}-t2"], "ascending": True}, "bc"),
        ({"tags": ["{u}-t2"], "limit": 1}, "cb"),
        ({"tags": ["{u}-t1"], "order_by": "updated_at", "order": "asc"}, "abcde"),
    ],
)
def test_list_filters(client, several, unique, query, expected):
    def fill(value):
        return (
            value.replace("{u}", unique)
            if isinstance(value, str)
            else [fill(v) for v in value]
            if isinstance(value, list)
            else value
        )

    letters = {agent: letter for letter, agent in several.items()}
    found = "".join(letters[a.id] for a in client.agents.list(**{k: fill(v) for k, v in query.items()}))
    if "order" in query or "ascending" in query or "limit" in query:
        assert found == expected
    else:
        assert "".join(sorted(found)) == expected


def test_iteration_walks_all_pages(client, several, unique):
    page = client.agents.list(tags=[f"{unique}-t1"], limit=2)
    assert len(page.items) == 2
    assert {a.id for a in page} == set(several.values())
    assert {a.id for a in client.agents.list(tags=[f"{unique}-t1"], limit=2, order="asc")} == set(several.values())


def test_updated_agents_come_first_when_asked(client, several, unique):
    client.agents.update(several["b"], description="touched")
    found = client.agents.list(tags=[f"{unique}-t1"], order_by="updated_at", order="desc")
    assert found.items[0].id == several["b"]


def test_lists_include_relations_on_request(client, several, unique):
    assert client.agents.list(name=f"{unique}-a").items[0].tags == []
    assert client.agents.list(name=f"{unique}-a", include=["agent.tags"]).items[0].tags == [f"{unique}-t1"]


def test_errors_have_the_classes_of_the_sdk(client, missing_id, unique):
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.agents.retrieve("agent-123")
    with pytest.raises(letta_client.BadRequestError) as caught:
        client.agents.create(name=unique, model=MODEL, tools=["no_such_tool"])
    assert "no_such_tool" in str(caught.value)
    with pytest.raises(letta_client.NotFoundError):
        client.agents.update(missing_id("agent"), name="x")
    with pytest.raises(letta_client.NotFoundError):
        client.agents.delete(missing_id("agent"))


def test_what_is_not_served_yet_says_so(client, made, served):
    if ("POST", "/v1/agents/{agent_id}/messages") in served:
        pytest.skip("messages are served")
    with pytest.raises(letta_client.InternalServerError) as caught:
        client.agents.messages.create(agent_id=made.id, messages=[{"role": "user", "content": "hi"}])
    assert caught.value.status_code == 501
    assert len(caught.value.body["detail"]) > 20


@pytest.mark.own_server
def test_a_wrong_key_is_an_authentication_error(start_server, connect):
    roost = start_server({"LETTA_SERVER_PASSWORD": "secret"})
    assert connect(roost.url, "secret").agents.list().items == []
    assert connect(roost.url, "wrong").health().status == "ok"
    for key in ("wrong", None):
        with pytest.raises(letta_client.AuthenticationError):
            connect(roost.url, key).agents.list()


def test_the_project_of_the_client(server, connect, unique):
    client = connect(server.url, project_id=unique)
    agent = client.agents.create(name=unique, model=MODEL)
    assert agent.project_id == unique
    client.agents.delete(agent.id)


def test_a_base_url_with_v1_works_too(server, connect, made):
    assert connect(server.url + "/v1").agents.retrieve(made.id).id == made.id


@pytest.mark.filterwarnings("ignore")
def test_the_asynchronous_client(server, made):
    import asyncio

    async def go():
        async with letta_client.AsyncLetta(base_url=server.url, max_retries=0) as client:
            found = await asyncio.gather(*(client.agents.retrieve(made.id) for _ in range(20)))
            return {a.id for a in found}

    assert asyncio.run(go()) == {made.id}

"""What the guides on the web do, with the calls that the 1.x SDK really has."""

import json

import pytest

MODEL, EMBEDDING = "openai/gpt-4.1", "openai/text-embedding-3-small"

HUMAN = "# Developer Profile\nName: [Your Name]\nPrimary Languages: Python, Rust\nPreferences:\n- type hints\n- tests"
PERSONA = "# Memory\nI keep what was decided and why, and bring it up when it matters."
PROJECT = "# Active Projects\n## Project 1: [Name]\n- Stack: [Technologies]\n- Status: [Current status]"
LEARNINGS = "# Session Learnings\nFormat: [Date] - [Category] - [Learning]\n\n---\n"


@pytest.fixture
def memory(client, unique):
    """The agent with the four blocks, as every guide begins."""
    agent = client.agents.create(
        name=f"claude-code-memory-{unique}",
        description="Persistent memory for coding sessions",
        model=MODEL,
        embedding=EMBEDDING,
        tags=[f"project:{unique}", "source:claude-code"],
        memory_blocks=[
            {"label": "human", "value": HUMAN},
            {"label": "persona", "value": PERSONA},
            {"label": "project_context", "value": PROJECT},
            {"label": "learnings", "value": LEARNINGS},
        ],
        tools=None,
        include_base_tools=True,
    )
    yield agent
    client.agents.delete(agent.id)


def test_the_agent_with_four_blocks(client, memory, tmp_path):
    config = {"agent_id": memory.id, "agent_name": memory.name, "created_at": str(memory.created_at)}
    (tmp_path / "letta_agent_config.json").write_text(json.dumps(config))
    blocks = {b.label: b.value for b in client.agents.blocks.list(memory.id)}
    assert blocks == {"human": HUMAN, "persona": PERSONA, "project_context": PROJECT, "learnings": LEARNINGS}
    assert {t.name for t in memory.tools} == {"conversation_search", "memory_insert", "memory_replace"}


def test_the_session_start_reads_blocks_and_recent_notes(client, memory):
    for n in range(7):
        client.agents.passages.create(memory.id, text=f"learning number {n}")
    context = ["# Loaded"]
    context += [f"## {b.label.title()}\n{b.value}" for b in client.agents.blocks.list(memory.id)]
    recent = client.agents.passages.list(memory.id, limit=5, ascending=False)
    context += [f"- {p.text[:200]}" for p in recent]
    assert len(recent) == 5 and recent[0].text == "learning number 6"
    assert "## Human" in "\n".join(context)


def test_the_session_end_saves_a_summary_and_a_lesson(client, memory):
    metadata = {"type": "session_summary", "session_id": "s-1", "project": "alpha"}
    made = client.agents.passages.create(
        memory.id, text="Session summary: retries need jitter.", tags=["session:s-1"], extra_body={"metadata": metadata}
    )[0]
    assert made.metadata == metadata and "type:session_summary" in made.tags
    block = client.agents.blocks.retrieve("learnings", agent_id=memory.id)
    lesson = "[2025-01-17] - Pattern - retries need jitter"
    client.agents.blocks.update("learnings", agent_id=memory.id, value=block.value + lesson + "\n")
    assert client.agents.blocks.retrieve("learnings", agent_id=memory.id).value == LEARNINGS + lesson + "\n"


def test_the_prompt_hook_finds_what_matters(client, memory):
    for text in ("WebSocket reconnection needs exponential backoff", "The logo is green", "Use uv for environments"):
        client.agents.passages.create(memory.id, text=text)
    prompt = "why does the websocket reconnection hammer the server?"
    found = client.agents.passages.search(memory.id, query=prompt, top_k=3).results
    assert found[0].content.startswith("WebSocket")
    ranked = client.agents.passages.list(memory.id, limit=3, extra_query={"query": prompt})
    assert ranked[0].text.startswith("WebSocket")


def test_one_team_block_on_three_agents(client, unique):
    team = client.blocks.create(label="team_standards", value="# Standards\n- tests", description="Shared standards")
    agents = [client.agents.create(name=f"{unique}-{n}", model=MODEL, tags=[f"team:{unique}"]) for n in range(3)]
    for agent in agents:
        client.agents.blocks.attach(team.id, agent_id=agent.id)
    client.blocks.update(team.id, value="# Standards\n- tests\n- reviews")
    for agent in agents:
        assert client.agents.blocks.retrieve("team_standards", agent_id=agent.id).value.endswith("- reviews")
    assert {a.id for a in client.blocks.agents.list(team.id)} == {a.id for a in agents}
    client.agents.blocks.detach(team.id, agent_id=agents[0].id)
    assert {a.id for a in client.blocks.agents.list(team.id)} == {a.id for a in agents[1:]}
    for agent in agents:
        client.agents.delete(agent.id)
    client.blocks.delete(team.id)


def test_a_read_only_policy_block(client, memory):
    policy = client.blocks.create(label="company_policies", value="# Policies", read_only=True)
    attached = client.agents.blocks.attach(policy.id, agent_id=memory.id)
    assert [b.read_only for b in attached.blocks if b.label == "company_policies"] == [True]
    client.blocks.delete(policy.id)


def test_one_agent_for_each_user(client, unique):
    def get_or_create(user):
        found = client.agents.list(tags=[f"user:{user}"], limit=1).items
        if found:
            return found[0]
        return client.agents.create(
            model=MODEL,
            tags=[f"user:{user}", "source:claude-code", "type:user-agent"],
            memory_blocks=[{"label": "persona", "value": "I help."}, {"label": "human", "value": f"User ID: {user}"}],
        )

    first, again, other = get_or_create(unique + "a"), get_or_create(unique + "a"), get_or_create(unique + "b")
    assert first.id == again.id != other.id
    assert client.agents.blocks.retrieve("human", agent_id=other.id).value == f"User ID: {unique}b"
    for agent in (first, other):
        client.agents.delete(agent.id)


def test_project_and_team_tags_find_agents(client, memory, unique):
    assert [a.id for a in client.agents.list(tags=[f"project:{unique}"], limit=10)] == [memory.id]
    both = client.agents.list(tags=[f"project:{unique}", "source:claude-code"], match_all_tags=True)
    assert [a.id for a in both] == [memory.id]
    assert f"project:{unique}" in client.tags.list(query_text=unique)


def test_backup_and_restore(client, memory, tmp_path):
    backup = tmp_path / "agent.af"
    document = client.agents.export_file(memory.id)
    backup.write_text(document if isinstance(document, str) else json.dumps(document))
    with open(backup, "rb") as file:
        restored = client.agents.import_file(file=file, append_copy_suffix=False).agent_ids[0]
    again = {b.label: b.value for b in client.agents.blocks.list(restored)}
    assert again == {b.label: b.value for b in client.agents.blocks.list(memory.id)}
    client.agents.delete(restored)


def test_settings_of_an_agent(client, memory):
    changed = client.agents.update(memory.id, name="updated-name", model="anthropic/claude-sonnet-4-5-20250929")
    assert (changed.name, changed.model) == ("updated-name", "anthropic/claude-sonnet-4-5-20250929")
    changed = client.agents.update(memory.id, enable_sleeptime=True, context_window_limit=200_000, max_tokens=8192)
    assert changed.enable_sleeptime is True and changed.llm_config.context_window == 200_000


def test_the_shared_bridge_of_blocks(client, unique):
    made = [
        client.blocks.create(label=f"{unique}_gotchas", value="1. $and for several filters"),
        client.blocks.create(label=f"{unique}_checklist", value="1. run the tests"),
    ]
    found = client.blocks.list(label_search=unique)
    assert {b.label for b in found} == {f"{unique}_gotchas", f"{unique}_checklist"}
    agent = client.agents.create(name=unique, model=MODEL, block_ids=[b.id for b in made])
    assert len(client.agents.blocks.list(agent.id).items) == 2
    client.agents.delete(agent.id)
    for block in made:
        client.blocks.delete(block.id)


def test_pages_as_the_guides_ask_for_them(client, memory, unique):
    found = client.agents.list(tags=[f"project:{unique}"], extra_query={"page": 1, "page_size": 20}).items
    assert [a.id for a in found] == [memory.id]
    for n in range(3):
        client.agents.passages.create(memory.id, text=f"n{n}")
    assert [p.text for p in client.agents.passages.list(memory.id, limit=20, extra_query={"offset": 2})] == ["n2"]

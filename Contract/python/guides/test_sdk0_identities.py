"""The guides' pattern of one identity for each user, with the calls that the 0.1.x SDK really has."""


def test_users_are_isolated_by_identity(client, unique):
    agents = {}
    for user in ("ann", "ben"):
        identity = client.identities.create(identifier_key=f"{unique}-{user}", name=user, identity_type="user")
        agents[user] = client.agents.create(
            name=f"{user}-assistant",
            model="openai/gpt-4.1",
            identity_ids=[identity.id],
            memory_blocks=[
                {"label": "human", "value": f"# User: {user}"},
                {"label": "user_preferences", "value": "(none yet)"},
            ],
        )
    for user, agent in agents.items():
        identity = client.identities.list(identifier_key=f"{unique}-{user}")[0]
        found = client.agents.list(identity_id=identity.id)
        assert [a.id for a in found] == [agent.id]
        assert client.agents.blocks.retrieve(agent.id, "human").value == f"# User: {user}"
    for agent in agents.values():
        client.agents.delete(agent.id)


def test_the_four_block_agent_and_its_notes(client, unique):
    labels = ["human", "persona", "project_context", "learnings"]
    agent = client.agents.create(
        name=unique,
        model="openai/gpt-4.1",
        embedding="openai/text-embedding-3-small",
        memory_blocks=[{"label": label, "value": f"# {label}"} for label in labels],
        tools=None,
        include_base_tools=True,
    )
    assert [b.value for b in sorted(client.agents.blocks.list(agent.id), key=lambda b: labels.index(b.label))] == [
        f"# {x}" for x in labels
    ]
    client.agents.passages.create(agent.id, text="Jitter prevents the thundering herd.")
    assert client.agents.passages.search(agent.id, query="thundering").results[0].content.startswith("Jitter")
    client.agents.delete(agent.id)

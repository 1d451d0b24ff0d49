"""Blocks, passages, archives, identities, tags and models with letta-client 0.1.x."""

import datetime

import pytest
from letta_client import IdentityProperty
from letta_client.core.api_error import ApiError


def status(call, *arguments, **named):
    with pytest.raises(ApiError) as caught:
        call(*arguments, **named)
    return caught.value.status_code


def test_blocks(client, unique):
    before = client.blocks.count()
    block = client.blocks.create(label=unique, value="first", limit=20, description="d", metadata={"a": 1})
    assert client.blocks.count() == before + 1
    assert (block.label, block.limit, block.metadata) == (unique, 20, {"a": 1})
    assert client.blocks.modify(block.id, value="second").value == "second"
    assert client.blocks.retrieve(block.id).description == "d"
    assert status(client.blocks.modify, block.id, value="x" * 21) == 422
    assert [b.id for b in client.blocks.list(label=unique)] == [block.id]
    client.blocks.delete(block.id)
    assert status(client.blocks.retrieve, block.id) == 404
    assert status(client.blocks.retrieve, "block-1") == 422


def test_blocks_of_an_agent(client, agent, unique):
    assert {b.label for b in client.agents.blocks.list(agent["id"])} == {"human", "persona"}
    assert client.agents.blocks.modify(agent["id"], "human", value="Name: Bea").value == "Name: Bea"
    assert client.agents.blocks.retrieve(agent["id"], "human").value == "Name: Bea"
    assert status(client.agents.blocks.retrieve, agent["id"], "nope") == 404
    block = client.blocks.create(label=unique, value="v")
    attached = client.agents.blocks.attach(agent["id"], block.id)
    assert unique in [b.label for b in attached.memory.blocks]
    assert [a.id for a in client.blocks.agents.list(block.id)] == [agent["id"]]
    detached = client.agents.blocks.detach(agent["id"], block.id)
    assert unique not in [b.label for b in detached.memory.blocks]
    client.blocks.delete(block.id)


def test_passages(client, agent):
    day = datetime.datetime(2025, 5, 1, tzinfo=datetime.timezone.utc)
    made = client.agents.passages.create(agent["id"], text="The kettle is blue.", tags=["home"], created_at=day)
    assert len(made) == 1 and made[0].tags == ["home"] and made[0].created_at == day
    client.agents.passages.create(agent["id"], text="The car is red.")
    assert [p.text for p in client.agents.passages.list(agent["id"])] == ["The kettle is blue.", "The car is red."]
    assert [p.text for p in client.agents.passages.list(agent["id"], search="car")] == ["The car is red."]
    found = client.agents.passages.search(agent["id"], query="kettle", tags=["home"], top_k=3)
    assert found.count == 1 and found.results[0].content == "The kettle is blue."
    assert found.results[0].tags == ["home"] and found.results[0].timestamp
    client.agents.passages.modify(agent["id"], made[0].id)
    client.agents.passages.delete(agent["id"], made[0].id)
    assert status(client.agents.passages.delete, agent["id"], made[0].id) == 404


def test_archives(client, unique):
    made = client.archives.create_archive(name=unique, description="d")
    assert [a.id for a in client.archives.list_archives(name=unique)] == [made.id]
    assert client.archives.modify_archive(made.id, description="e").description == "e"


def test_identities(client, unique):
    before = client.identities.count()
    made = client.identities.create(
        identifier_key=unique,
        name="Jo",
        identity_type="user",
        properties=[IdentityProperty(key="plan", value="free", type="string")],
    )
    assert client.identities.count() == before + 1
    assert (made.identifier_key, made.name, made.identity_type) == (unique, "Jo", "user")
    assert made.properties[0].value == "free"
    assert status(client.identities.create, identifier_key=unique, name="Jo", identity_type="user") == 409
    assert client.identities.retrieve(made.id).name == "Jo"
    assert [i.id for i in client.identities.list(identifier_key=unique)] == [made.id]
    assert client.identities.modify(made.id, name="Joan").name == "Joan"
    assert client.identities.upsert(identifier_key=unique, name="Joanna", identity_type="user").id == made.id
    client.identities.properties.upsert(made.id, request=[IdentityProperty(key="plan", value="paid", type="string")])
    assert client.identities.retrieve(made.id).properties[0].value == "paid"
    agent = client.agents.create(name=unique, model="openai/gpt-4o", identity_ids=[made.id])
    assert [a.id for a in client.identities.agents.list(made.id)] == [agent.id]
    assert [a.id for a in client.agents.list(identity_id=made.id)] == [agent.id]
    assert [a.id for a in client.agents.list(identifier_keys=[unique])] == [agent.id]
    block = client.blocks.create(label=unique, value="v")
    client.identities.modify(made.id, block_ids=[block.id])
    assert [b.id for b in client.identities.blocks.list(made.id)] == [block.id]
    assert [b.id for b in client.blocks.list(identity_id=made.id)] == [block.id]
    client.agents.delete(agent.id)
    client.identities.delete(made.id)
    assert status(client.identities.retrieve, made.id) == 404
    client.blocks.delete(block.id)


def test_tags_health_and_models(client, new_agent, unique):
    new_agent(tags=[f"{unique}:a", f"{unique}:b"])
    assert client.tags.list(query_text=unique) == [f"{unique}:a", f"{unique}:b"]
    assert client.health.check().status == "ok"
    for model in client.models.list():
        assert model.model and model.context_window > 0
    for model in client.models.embeddings.list():
        assert model.embedding_dim > 0

"""`client.blocks` and `client.agents.blocks` of letta-client 1.x."""

import letta_client
import pytest


@pytest.fixture
def block(client, unique):
    made = client.blocks.create(label=unique, value="first", description="d", limit=50, metadata={"a": 1}, tags=["x"])
    yield made
    try:
        client.blocks.delete(made.id)
    except letta_client.NotFoundError:
        pass


def test_create_retrieve_update_delete(client, block, unique):
    assert (block.label, block.value, block.description, block.limit) == (unique, "first", "d", 50)
    assert block.metadata == {"a": 1} and block.tags == ["x"]
    assert client.blocks.retrieve(block.id).value == "first"
    changed = client.blocks.update(block.id, value="second", read_only=True)
    assert (changed.value, changed.read_only, changed.description) == ("second", True, "d")
    client.blocks.delete(block.id)
    with pytest.raises(letta_client.NotFoundError):
        client.blocks.retrieve(block.id)


def test_list_filters_and_pages(client, block, unique):
    others = [client.blocks.create(label=unique, value=f"v{n}").id for n in range(4)]
    page = client.blocks.list(label=unique, limit=2)
    assert [b.id for b in page.items] == [block.id, others[0]]
    assert [b.id for b in page] == [block.id, *others]
    assert [b.id for b in client.blocks.list(label=unique, order="desc")] == [*others[::-1], block.id]
    assert [b.id for b in client.blocks.list(label=unique, value_search="v2")] == others[2:3]
    assert [b.id for b in client.blocks.list(label=unique, tags=["x"])] == [block.id]
    assert [b.id for b in client.blocks.list(label=unique, description_search="d")] == [block.id]
    assert client.blocks.list(label=unique, connected_to_agents_count_gt=0).items == []
    for other in others:
        client.blocks.delete(other)


def test_a_value_over_the_limit_is_refused(client, block):
    with pytest.raises(letta_client.UnprocessableEntityError) as caught:
        client.blocks.update(block.id, value="x" * 51)
    assert "51" in str(caught.value) and "50" in str(caught.value)
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.blocks.create(label="l", value="xx", limit=1)


def test_malformed_and_missing_ids(client, missing_id):
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.blocks.retrieve("block-1")
    with pytest.raises(letta_client.NotFoundError):
        client.blocks.update(missing_id("block"), value="x")


def test_the_blocks_of_an_agent(client, agent):
    found = client.agents.blocks.list(agent["id"])
    assert {b.label for b in found} == {"human", "persona"}
    assert client.agents.blocks.retrieve("human", agent_id=agent["id"]).value == "Name: Ada"
    changed = client.agents.blocks.update("human", agent_id=agent["id"], value="Name: Bea", description="about Bea")
    assert (changed.value, changed.description) == ("Name: Bea", "about Bea")
    assert client.agents.blocks.retrieve("human", agent_id=agent["id"]).value == "Name: Bea"
    with pytest.raises(letta_client.NotFoundError) as caught:
        client.agents.blocks.retrieve("nope", agent_id=agent["id"])
    assert "No block with label 'nope'" in str(caught.value)


def test_attach_detach_and_the_agents_of_a_block(client, block, agent, new_agent):
    other = new_agent()
    for each in (agent, other):
        attached = client.agents.blocks.attach(block.id, agent_id=each["id"])
        assert block.id in [b.id for b in attached.blocks]
    assert {a.id for a in client.blocks.agents.list(block.id)} == {agent["id"], other["id"]}
    assert {a.id for a in client.blocks.agents.list(block.id, limit=1)} == {agent["id"], other["id"]}
    detached = client.agents.blocks.detach(block.id, agent_id=agent["id"])
    assert block.id not in [b.id for b in detached.blocks]
    assert [a.id for a in client.blocks.agents.list(block.id)] == [other["id"]]


def test_a_second_block_of_one_label_is_a_conflict(client, agent):
    second = client.blocks.create(label="human", value="v")
    with pytest.raises(letta_client.ConflictError):
        client.agents.blocks.attach(second.id, agent_id=agent["id"])
    client.blocks.delete(second.id)


def test_a_version_may_be_sent_along(client, block):
    version = client.blocks.retrieve(block.id).model_extra["version"]
    client.blocks.update(block.id, value="two", extra_body={"expected_version": version})
    with pytest.raises(letta_client.ConflictError):
        client.blocks.update(block.id, value="three", extra_body={"expected_version": version})

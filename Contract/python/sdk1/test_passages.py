"""Archival memory with letta-client 1.x: `agents.passages`, `archives`, `passages.search`."""

import datetime

import letta_client
import pytest
from support.models import EMBEDDING

MARCH = datetime.datetime(2025, 3, 1, 12, tzinfo=datetime.timezone.utc)


@pytest.fixture
def filled(client, agent):
    rows = [
        ("The cache is warmed at boot.", ["ops"], MARCH),
        ("Bob likes tea.", ["user"], MARCH + datetime.timedelta(days=31)),
        ("The cache key holds the user.", ["ops", "user"], MARCH + datetime.timedelta(days=61)),
    ]
    agent["passages"] = [
        client.agents.passages.create(agent["id"], text=text, tags=tags, created_at=created)[0].id
        for text, tags, created in rows
    ]
    return agent


def test_create_list_delete(client, filled):
    ids = filled["passages"]
    found = client.agents.passages.list(filled["id"])
    assert [p.id for p in found] == ids
    assert (found[0].text, found[0].tags, found[0].created_at) == ("The cache is warmed at boot.", ["ops"], MARCH)
    assert [p.id for p in client.agents.passages.list(filled["id"], ascending=False)] == ids[::-1]
    assert [p.id for p in client.agents.passages.list(filled["id"], limit=1, after=ids[0])] == ids[1:2]
    assert [p.id for p in client.agents.passages.list(filled["id"], search="likes")] == ids[1:2]
    assert client.agents.passages.list(filled["id"], after=ids[-1]) == []
    client.agents.passages.delete(ids[0], agent_id=filled["id"])
    assert [p.id for p in client.agents.passages.list(filled["id"])] == ids[1:]
    with pytest.raises(letta_client.NotFoundError):
        client.agents.passages.delete(ids[0], agent_id=filled["id"])


@pytest.mark.parametrize(
    "query,expected",
    [
        ({}, {0, 1, 2}),
        ({"tags": ["user"]}, {1, 2}),
        ({"tags": ["ops", "user"], "tag_match_mode": "all"}, {2}),
        ({"tags": ["ops", "user"], "tag_match_mode": "any"}, {0, 1, 2}),
        ({"start_datetime": MARCH + datetime.timedelta(days=1)}, {1, 2}),
        ({"end_datetime": MARCH + datetime.timedelta(days=1)}, {0}),
    ],
)
def test_search(client, filled, query, expected):
    found = client.agents.passages.search(filled["id"], query="cache", **query)
    places = [filled["passages"].index(r.id) for r in found.results]
    assert set(places) == expected and found.count == len(places) == len(expected)
    assert places[0] in {0, 2}, "what has the word comes before what is only near in meaning"


def test_search_results_carry_more_than_the_sdk_knows(client, filled):
    best = client.agents.passages.search(filled["id"], query="tea", top_k=1).results[0]
    assert best.content == "Bob likes tea." and best.tags == ["user"] and best.timestamp
    assert best.model_extra["text"] == "Bob likes tea."
    assert 0 <= best.model_extra["score"] <= 1
    assert "metadata" in best.model_extra and "why" in best.model_extra


def test_search_by_meaning(client, agent):
    """A question without a word of its answer, by the model that runs inside of the server."""
    if not client.get("/v1/roost/embeddings", cast_to=object)["local"]:
        pytest.skip("no embedding model is installed")
    texts = [
        "Rex, our golden retriever, barks at the postman.",
        "Invoices are paid within thirty days.",
        "The nightly job compresses old logs.",
    ]
    made = [client.agents.passages.create(agent["id"], text=text)[0].id for text in texts]
    for query, place in (("what kind of dog is he", 0), ("when do we settle our bills", 1)):
        found = client.agents.passages.search(agent["id"], query=query)
        assert found.results[0].id == made[place]
        assert not any("text:" in reason for reason in found.results[0].model_extra["why"])
    # An insertion that is acknowledged is found by meaning at once.
    new = client.agents.passages.create(agent["id"], text="Grandmother's birthday cake has hazelnuts.")[0].id
    assert client.agents.passages.search(agent["id"], query="pastry with nuts", top_k=1).results[0].id == new


def test_metadata_by_an_extra_field(client, agent):
    made = client.agents.passages.create(agent["id"], text="x", extra_body={"metadata": {"type": "bug"}})[0]
    assert made.metadata == {"type": "bug"} and "type:bug" in made.tags


def test_global_search(client, filled):
    found = client.passages.search(query="cache", agent_id=filled["id"])
    assert {filled["passages"].index(f.passage.id) for f in found[:2]} == {0, 2} and len(found) == 3
    assert all(0 <= f.score <= 1 for f in found)
    found = client.passages.search(query="cache", agent_id=filled["id"], tags=["user"], limit=1)
    assert [f.passage.id for f in found] == filled["passages"][2:]


@pytest.fixture
def archive(client, unique):
    made = client.archives.create(name=unique, description="d", embedding=EMBEDDING)
    yield made
    try:
        client.archives.delete(made.id)
    except letta_client.NotFoundError:
        pass


def test_archives(client, archive, unique):
    assert (archive.name, archive.description, archive.vector_db_provider) == (unique, "d", "native")
    assert client.archives.retrieve(archive.id).name == unique
    assert client.archives.update(archive.id, name=unique + "-2").name == unique + "-2"
    assert [a.id for a in client.archives.list(name=unique + "-2")] == [archive.id]
    assert client.archives.delete(archive.id) is None
    with pytest.raises(letta_client.NotFoundError):
        client.archives.retrieve(archive.id)


def test_archives_and_passages_say_what_they_are_embedded_with(client, archive, unique):
    assert archive.embedding_config.handle == EMBEDDING
    plain = client.archives.create(name=unique + "-plain")
    # 1.7.1 requires a configuration; nobody has named one here.
    assert plain.embedding_config.handle and plain.embedding_config.embedding_dim > 0
    client.archives.delete(plain.id)
    passage = client.archives.passages.create(archive.id, text="one")
    found = client.passages.search(query="one", archive_id=archive.id)
    assert found[0].passage.id == passage.id
    assert found[0].passage.embedding_config.handle == EMBEDDING


def test_passages_of_an_archive(client, archive):
    one = client.archives.passages.create(archive.id, text="one", tags=["a"], metadata={"n": 1})
    assert one.archive_id == archive.id and one.metadata == {"n": 1}
    passages = [{"text": "two"}, {"text": "three", "tags": ["b"]}]
    if hasattr(client.archives.passages, "create_many"):
        many = client.archives.passages.create_many(archive.id, passages=passages)
    else:  # 1.7.1 knows no batch
        many = [client.archives.passages.create(archive.id, **each) for each in passages]
    assert [p.text for p in many] == ["two", "three"]
    found = client.passages.search(query="three", archive_id=archive.id)
    assert found[0].passage.id == many[1].id
    assert client.archives.passages.delete(one.id, archive_id=archive.id) is None
    with pytest.raises(letta_client.NotFoundError):
        client.archives.passages.delete(one.id, archive_id=archive.id)


def test_agents_attach_archives(client, archive, agent):
    client.archives.passages.create(archive.id, text="from the archive")
    client.agents.archives.attach(archive.id, agent_id=agent["id"])
    assert [p.text for p in client.agents.passages.list(agent["id"])] == ["from the archive"]
    assert [a.id for a in client.archives.list(agent_id=agent["id"])] == [archive.id]
    client.agents.archives.detach(archive.id, agent_id=agent["id"])
    assert client.agents.passages.list(agent["id"]) == []


def test_archives_page(client, unique):
    made = [client.archives.create(name=unique, embedding=EMBEDDING).id for _ in range(5)]
    assert [a.id for a in client.archives.list(name=unique, limit=2)] == made[::-1]
    for each in made:
        client.archives.delete(each)


def test_what_is_refused(client, agent, missing_id):
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.agents.passages.search(agent["id"], query="x", top_k=-5)
    with pytest.raises(letta_client.NotFoundError):
        client.agents.passages.create(missing_id("agent"), text="x")
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.archives.passages.create("archive-1", text="x")

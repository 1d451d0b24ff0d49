"""Archives: shared stores of passages."""

import pytest
from support.shapes import ARCHIVE, PASSAGE, is_id, is_time, lacking


@pytest.fixture
def archive(api, unique):
    made = api.post("/v1/archives/", {"name": unique, "description": "d", "embedding": "openai/text-embedding-3-small"})
    assert made.status == 200, made
    yield made.json()
    api.delete(f"/v1/archives/{made.json()['id']}")


def test_an_archive_has_every_field(archive, unique):
    assert lacking(archive, ARCHIVE) == set()
    assert is_id(archive["id"], "archive") and is_time(archive["created_at"])
    assert (archive["name"], archive["description"], archive["vector_db_provider"]) == (unique, "d", "native")
    assert archive["embedding_config"]["handle"] == "openai/text-embedding-3-small"


def test_retrieve_patch_and_filter(api, archive, unique):
    path = f"/v1/archives/{archive['id']}"
    changed = api.patch(path, {"name": unique + "-b"}).json()
    assert (changed["name"], changed["description"]) == (unique + "-b", "d")
    assert api.get(path).json()["name"] == unique + "-b"
    assert [a["id"] for a in api.get("/v1/archives/", {"name": unique + "-b"}).json()] == [archive["id"]]
    assert api.get("/v1/archives/", {"name": unique}).json() == []


def test_a_deletion_is_204_without_a_body(api, unique):
    made = api.post("/v1/archives/", {"name": unique}).json()
    reply = api.delete(f"/v1/archives/{made['id']}")
    assert (reply.status, reply.body) == (204, b"")


def test_passages_one_and_many(api, archive):
    path = f"/v1/archives/{archive['id']}/passages"
    one = api.post(
        path, {"text": "one", "tags": ["t"], "metadata": {"type": "bug"}, "created_at": "2025-01-01T00:00:00Z"}
    )
    assert one.status == 200
    passage = one.json()
    assert lacking(passage, PASSAGE) == set()
    assert passage["archive_id"] == archive["id"]
    assert passage["metadata"] == {"type": "bug"} and set(passage["tags"]) == {"t", "type:bug"}
    assert passage["created_at"] == "2025-01-01T00:00:00.000000Z"
    many = api.post(path + "/batch", {"passages": [{"text": f"p{n}"} for n in range(50)]}).json()
    assert [p["text"] for p in many] == [f"p{n}" for n in range(50)]
    assert len({p["id"] for p in many}) == 50
    found = api.post("/v1/passages/search", {"archive_id": archive["id"], "limit": 100}).json()
    assert len(found) == 51


def test_a_batch_is_all_or_nothing(api, archive):
    path = f"/v1/archives/{archive['id']}/passages/batch"
    reply = api.post(path, {"passages": [{"text": "good"}, {"tags": ["no text"]}]})
    assert reply.status == 422
    assert "text" in reply.detail and "1" in reply.detail, "the place of the bad one"
    assert api.post("/v1/passages/search", {"archive_id": archive["id"]}).json() == []
    assert api.post(path, {"passages": "none"}).status == 422
    assert api.post(path, {}).status == 422


def test_a_passage_leaves_with_204(api, archive, missing_id):
    path = f"/v1/archives/{archive['id']}/passages"
    made = api.post(path, {"text": "gone soon"}).json()
    reply = api.delete(f"{path}/{made['id']}")
    assert (reply.status, reply.body) == (204, b"")
    assert api.delete(f"{path}/{made['id']}").status == 404
    assert api.delete(f"{path}/{missing_id('passage')}").status == 404


def test_attached_agents_share_what_is_in_it(api, archive, new_agent):
    agents = [new_agent(), new_agent()]
    for agent in agents:
        assert api.patch(f"/v1/agents/{agent['id']}/archives/attach/{archive['id']}").status in (200, 204)
    api.post(f"/v1/agents/{agents[0]['id']}/archival-memory", {"text": "written by the first"})
    found = api.get(f"/v1/agents/{agents[1]['id']}/archival-memory").json()
    assert [(p["text"], p["archive_id"]) for p in found] == [("written by the first", archive["id"])]
    results = api.get(f"/v1/agents/{agents[1]['id']}/archival-memory/search", {"query": "first"}).json()["results"]
    assert len(results) == 1
    assert {a["id"] for a in api.get(f"/v1/archives/{archive['id']}/agents").json()} == {a["id"] for a in agents}
    assert api.patch(f"/v1/agents/{agents[1]['id']}/archives/detach/{archive['id']}").status in (200, 204)
    assert api.get(f"/v1/agents/{agents[1]['id']}/archival-memory").json() == []
    assert len(api.get(f"/v1/agents/{agents[0]['id']}/archival-memory").json()) == 1


def test_what_is_refused(api, agent, archive, missing_id):
    assert api.post("/v1/archives/", {}).status == 422
    assert api.post("/v1/archives/", {"name": 5}).status == 422
    assert api.post(f"/v1/archives/{missing_id('archive')}/passages", {"text": "x"}).status == 404
    assert api.patch(f"/v1/agents/{agent['id']}/archives/attach/{missing_id('archive')}").status == 404
    assert api.patch(f"/v1/agents/{missing_id('agent')}/archives/attach/{archive['id']}").status == 404


def test_the_state_of_embedding_is_told(api, archive):
    state = api.get("/v1/roost/embeddings").json()
    assert {"local", "models", "passages", "embedded", "waiting", "archives", "last_error", "advice"} <= set(state)
    assert state["embedded"] + state["waiting"] >= state["passages"] >= 0


def test_reembedding_answers_the_state_or_says_what_to_set(api, archive):
    path = f"/v1/roost/archives/{archive['id']}/reembed"
    reply = api.post(path, {})
    assert reply.status in (200, 400, 503), reply
    if reply.status == 200:
        assert reply.json()["archive_id"] == archive["id"]
    else:
        assert reply.json()["detail"]
    assert api.post(path, {"embedding": "no-provider"}).status == 400

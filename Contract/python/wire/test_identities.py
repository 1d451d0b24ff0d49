"""Identities and tags."""

import pytest
from support.shapes import IDENTITY, is_id, lacking


@pytest.fixture
def new_identity(api, unique):
    made = []

    def create(**fields):
        body = {"identifier_key": f"{unique}-{len(made)}", "name": unique, "identity_type": "user", **fields}
        reply = api.post("/v1/identities/", body)
        assert reply.status == 200, reply
        made.append(reply.json()["id"])
        return reply.json()

    yield create
    for identity in made:
        api.delete(f"/v1/identities/{identity}")


def test_an_identity_has_every_field(new_identity):
    made = new_identity(properties=[{"key": "plan", "value": "free", "type": "string"}])
    assert lacking(made, IDENTITY) == set()
    assert is_id(made["id"], "identity")
    assert made["agent_ids"] == [] and made["block_ids"] == []
    assert made["properties"] == [{"key": "plan", "value": "free", "type": "string"}]


def test_key_and_metadata_are_enough(api, unique):
    reply = api.post("/v1/identities/", {"identifier_key": unique, "metadata": {"name": "Jo", "team": "blue"}})
    assert reply.status == 200
    assert reply.json()["identifier_key"] == unique
    assert reply.json()["identity_type"] in ("user", "other")
    assert reply.json()["name"]
    api.delete(f"/v1/identities/{reply.json()['id']}")


def test_a_taken_key_is_409(api, new_identity):
    made = new_identity()
    reply = api.post(
        "/v1/identities/", {"identifier_key": made["identifier_key"], "name": "other", "identity_type": "org"}
    )
    assert reply.status == 409
    assert reply.detail


def test_the_same_key_in_another_project_is_free(new_identity):
    made = new_identity()
    other = new_identity(identifier_key=made["identifier_key"], project_id="elsewhere")
    assert other["id"] != made["id"] and other["project_id"] == "elsewhere"


def test_put_makes_or_changes(api, new_identity):
    made = new_identity()
    body = {"identifier_key": made["identifier_key"], "name": "renamed", "identity_type": "org"}
    changed = api.put("/v1/identities/", body).json()
    assert (changed["id"], changed["name"], changed["identity_type"]) == (made["id"], "renamed", "org")
    fresh = api.put("/v1/identities/", {**body, "identifier_key": made["identifier_key"] + "-new"}).json()
    assert fresh["id"] != made["id"]
    api.delete(f"/v1/identities/{fresh['id']}")


def test_patch_count_and_delete(api, new_identity):
    before = api.get("/v1/identities/count").json()
    made = new_identity()
    assert api.get("/v1/identities/count").json() == before + 1
    path = f"/v1/identities/{made['id']}"
    assert api.patch(path, {"name": "renamed"}).json()["name"] == "renamed"
    assert api.get(path).json()["identifier_key"] == made["identifier_key"]
    reply = api.delete(path)
    assert (reply.status, reply.json()) == (200, None)


def test_properties_are_replaced_by_key(api, new_identity):
    made = new_identity(
        properties=[{"key": "a", "value": "1", "type": "string"}, {"key": "b", "value": 2, "type": "number"}]
    )
    path = f"/v1/identities/{made['id']}"
    assert (
        api.put(
            path + "/properties",
            [{"key": "b", "value": {"deep": True}, "type": "json"}, {"key": "c", "value": True, "type": "boolean"}],
        ).status
        == 200
    )
    found = {p["key"]: p["value"] for p in api.get(path).json()["properties"]}
    assert found["b"] == {"deep": True} and found["c"] is True


@pytest.mark.parametrize(
    "query,count",
    [
        ({"name": "{u}"}, 2),
        ({"identifier_key": "{u}-1"}, 1),
        ({"identity_type": "org", "name": "{u}"}, 1),
        ({"project_id": "{u}"}, 1),
        ({"identifier_key": "{u}-nope"}, 0),
    ],
)
def test_list_filters(api, new_identity, unique, query, count):
    new_identity(project_id=unique)
    new_identity(identity_type="org")
    assert len(api.get("/v1/identities/", {k: v.replace("{u}", unique) for k, v in query.items()}).json()) == count


def test_agents_and_blocks_of_an_identity(api, new_identity, new_agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": ""}).json()
    made = new_identity(block_ids=[block["id"]])
    agent = new_agent(identity_ids=[made["id"]])
    assert agent["identity_ids"] == [made["id"]]
    assert [i["identifier_key"] for i in agent["identities"]] == [made["identifier_key"]]
    path = f"/v1/identities/{made['id']}"
    assert [a["id"] for a in api.get(path + "/agents").json()] == [agent["id"]]
    assert [b["id"] for b in api.get(path + "/blocks").json()] == [block["id"]]
    assert [b["id"] for b in api.get("/v1/blocks/", {"identity_id": made["id"]}).json()] == [block["id"]]
    for query in (
        {"identity_id": made["id"]},
        {"identifier_keys": made["identifier_key"]},
        {"identifier_key": made["identifier_key"]},
    ):
        assert [a["id"] for a in api.get("/v1/agents/", query).json()] == [agent["id"]], query
    api.delete(f"/v1/blocks/{block['id']}")


def test_attach_and_detach(api, new_identity, agent):
    made = new_identity()
    base = f"/v1/agents/{agent['id']}/identities"
    assert api.patch(f"{base}/attach/{made['id']}").status in (200, 204)
    assert api.get(f"/v1/agents/{agent['id']}").json()["identity_ids"] == [made["id"]]
    assert api.patch(f"{base}/detach/{made['id']}").status in (200, 204)
    assert api.get(f"/v1/agents/{agent['id']}").json()["identity_ids"] == []


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "identifier_key"),
        ({"identifier_key": 5}, "identifier_key"),
        ({"identifier_key": "k", "identity_type": "king"}, "identity_type"),
        ({"identifier_key": "k", "properties": "x"}, "properties"),
    ],
)
def test_what_create_refuses(api, body, field):
    reply = api.post("/v1/identities/", {"name": "n", "identity_type": "user", **body})
    assert reply.status == 422
    assert field in reply.detail


class TestTags:
    def test_tags_are_sorted_strings_that_page_by_themselves(self, api, new_agent, unique):
        new_agent(tags=[f"{unique}:c", f"{unique}:a"])
        new_agent(tags=[f"{unique}:b", f"{unique}:a"])
        query = {"query_text": unique}
        expected = [f"{unique}:{x}" for x in "abc"]
        assert api.get("/v1/tags/", query).json() == expected
        assert api.get("/v1/tags/", {**query, "limit": 2}).json() == expected[:2]
        assert api.get("/v1/tags/", {**query, "limit": 2, "after": expected[1]}).json() == expected[2:]
        assert api.get("/v1/tags/", {**query, "after": expected[2]}).json() == []
        assert api.get("/v1/tags/", {**query, "order": "desc"}).json() == expected[::-1]
        assert api.get("/v1/tags/", {"name": f"{unique}:b"}).json() == [f"{unique}:b"]
        assert api.get("/v1/tags/", {**query, "page": 2, "page_size": 2}).json() == expected[2:]

    def test_a_tag_leaves_with_its_last_agent(self, api, new_agent, unique):
        made = new_agent(tags=[unique])
        api.patch(f"/v1/agents/{made['id']}", {"tags": []})
        assert api.get("/v1/tags/", {"query_text": unique}).json() == []

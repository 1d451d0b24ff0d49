"""Blocks: limits, versions, history, filters."""

import pytest
from support.shapes import BLOCK, is_id, is_time, lacking


@pytest.fixture
def new_block(api):
    made = []

    def create(**fields):
        reply = api.post("/v1/blocks/", {"label": "notes", "value": "first", **fields})
        assert reply.status == 200, reply
        made.append(reply.json()["id"])
        return reply.json()

    yield create
    for block in made:
        api.delete(f"/v1/blocks/{block}")


def test_a_block_has_every_field_and_nulls_are_sent(new_block):
    made = new_block()
    assert lacking(made, BLOCK) == set()
    assert is_id(made["id"], "block")
    assert (made["limit"], made["read_only"], made["is_template"]) == (100_000, False, False)
    assert made["description"] is None and made["project_id"] is None
    assert made["metadata"] == {} and made["tags"] == []


def test_everything_that_is_sent_is_kept(api, new_block, unique):
    sent = {
        "label": unique,
        "value": "v",
        "limit": 77,
        "description": "d",
        "metadata": {"a": [1]},
        "read_only": True,
        "is_template": True,
        "tags": ["x", "y"],
        "template_name": "tn",
        "hidden": True,
        "preserve_on_migration": True,
        "project_id": "p",
    }
    made = new_block(**sent)
    assert {k: made[k] for k in sent} == sent
    found = api.get(f"/v1/blocks/{made['id']}").json()
    assert {k: found[k] for k in sent} == sent


def test_null_is_the_empty_value(new_block):
    assert new_block(value=None)["value"] == ""


def test_a_value_over_its_limit_is_422_with_both_sizes(api, new_block, unique):
    reply = api.post("/v1/blocks/", {"label": unique, "value": "x" * 11, "limit": 10})
    assert reply.status == 422
    assert "11" in reply.detail and "10" in reply.detail
    made = new_block(value="x" * 10, limit=10)
    reply = api.patch(f"/v1/blocks/{made['id']}", {"value": "y" * 12})
    assert reply.status == 422
    assert "12" in reply.detail and "10" in reply.detail
    assert api.get(f"/v1/blocks/{made['id']}").json()["value"] == "x" * 10


def test_limits_hold_on_every_way_to_write(api, new_agent, new_block):
    agent = new_agent(memory_blocks=[{"label": "human", "value": "ok", "limit": 5}])
    long = {"value": "too long"}
    assert api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", long).status == 422
    assert api.patch(f"/v1/blocks/{agent['blocks'][0]['id']}", long).status == 422
    assert (
        api.patch(f"/v1/agents/{agent['id']}/core-memory", {"memory_blocks": [{"label": "human", **long}]}).status
        == 422
    )
    body = {"model": "openai/gpt-4o", "memory_blocks": [{"label": "human", "limit": 5, **long}]}
    assert api.post("/v1/agents/", body).status == 422
    assert api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/human").json()["value"] == "ok"


def test_a_limit_and_a_value_change_together(api, new_block):
    made = new_block(value="x" * 10, limit=10)
    path = f"/v1/blocks/{made['id']}"
    assert api.patch(path, {"value": "y" * 20, "limit": 20}).status == 200
    assert api.patch(path, {"limit": 5}).status == 422
    assert api.get(path).json()["limit"] == 20


def test_limits_count_code_points(api, new_block):
    assert new_block(value="🦉🦉🦉", limit=3)["value"] == "🦉🦉🦉"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert api.post("/v1/blocks/", {"label": "f", "value": family, "limit": 4}).status == 422
    assert new_block(value=family, limit=5)["value"] == family


@pytest.mark.parametrize("limit", [-1, 0.5, "many", [], 10**30])
def test_nonsense_as_a_limit_is_422(api, limit):
    reply = api.post("/v1/blocks/", {"label": "x", "value": "", "limit": limit})
    assert reply.status == 422
    assert "limit" in reply.detail


@pytest.mark.own_server
def test_the_default_limit_can_be_set(start_server):
    from proof.client import Client

    client = Client(start_server({"MAX_CORE_MEMORY_SIZE": "500"}).url)
    assert client.post("/v1/blocks/", {"label": "x", "value": ""}).json()["limit"] == 500
    made = client.post("/v1/agents/", {"model": "a/b", "memory_blocks": [{"label": "x", "value": ""}]}).json()
    assert made["blocks"][0]["limit"] == 500
    assert client.post("/v1/blocks/", {"label": "x", "value": "y" * 501}).status == 422


def test_a_read_only_block_is_read_only_for_agents_and_not_for_people(api, new_block):
    made = new_block(read_only=True)
    assert api.patch(f"/v1/blocks/{made['id']}", {"value": "people may"}).json()["value"] == "people may"


def test_patch_tells_absent_from_null(api, new_block):
    made = new_block(description="kept", metadata={"a": 1})
    path = f"/v1/blocks/{made['id']}"
    changed = api.patch(path, {"value": "second"}).json()
    assert (changed["value"], changed["description"], changed["metadata"]) == ("second", "kept", {"a": 1})
    assert api.patch(path, {"metadata": {}}).json()["metadata"] == {}
    assert api.patch(path, {}).json()["value"] == "second"


def test_every_write_goes_to_the_history(api, new_block):
    made = new_block(value="one")
    path = f"/v1/blocks/{made['id']}"
    for value in ("two", "three"):
        assert api.patch(path, {"value": value}).status == 200
    reply = api.get(f"/v1/roost/blocks/{made['id']}/history")
    assert reply.status == 200
    entries = reply.json()
    entries = entries if isinstance(entries, list) else next(v for v in entries.values() if isinstance(v, list))
    values = [entry["value"] for entry in entries]
    assert "one" in values and "two" in values
    assert values.index("two") < values.index("one"), "newest first"
    for entry in entries:
        assert is_time(entry["changed_at"]) and entry["actor_id"].startswith("user-")


def test_the_history_of_nothing_is_404(api, missing_id):
    assert api.get(f"/v1/roost/blocks/{missing_id('block')}/history").status == 404
    assert api.get("/v1/roost/blocks/nonsense/history").status == 422


def test_a_write_through_an_agent_is_in_the_same_history(api, agent):
    api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", {"value": "Name: Bea"})
    block = next(b for b in agent["blocks"] if b["label"] == "human")
    assert "Name: Ada" in api.get(f"/v1/roost/blocks/{block['id']}/history").body.decode()


def test_a_stale_expected_version_is_409_with_both_values(api, new_block):
    made = new_block(value="one")
    path = f"/v1/blocks/{made['id']}"
    version = made["version"]
    assert api.patch(path, {"value": "two", "expected_version": version}).status == 200
    reply = api.patch(path, {"value": "three", "expected_version": version})
    assert reply.status == 409
    assert "two" in reply.body.decode() and "three" in reply.body.decode()
    found = api.get(path).json()
    assert found["value"] == "two" and found["version"] > version


def test_a_stale_if_match_is_409_with_both_values(api, new_block):
    made = new_block(value="one")
    path = f"/v1/blocks/{made['id']}"
    tag = api.get(path).headers["etag"]
    assert api.patch(path, {"value": "two"}, headers={"If-Match": tag}).status == 200
    reply = api.patch(path, {"value": "three"}, headers={"If-Match": tag})
    assert reply.status == 409
    assert "two" in reply.body.decode() and "three" in reply.body.decode()
    assert api.patch(path, {"value": "four"}, headers={"If-Match": api.get(path).headers["etag"]}).status == 200


def test_versions_guard_the_agent_route_too(api, agent):
    path = f"/v1/agents/{agent['id']}/core-memory/blocks/human"
    version = api.get(path).json()["version"]
    assert api.patch(path, {"value": "x", "expected_version": version}).status == 200
    assert api.patch(path, {"value": "y", "expected_version": version}).status == 409


def test_without_a_version_the_last_write_wins(api, new_block):
    path = f"/v1/blocks/{new_block()['id']}"
    for value in ("a", "b", "c"):
        assert api.patch(path, {"value": value}).status == 200
    assert api.get(path).json()["value"] == "c"


FILTERS = [
    ({"label": "{u}-a"}, {"a"}),
    ({"label_search": "{u}"}, {"a", "b", "c"}),
    ({"label_search": "{u}-b"}, {"b"}),
    ({"value_search": "{u} needle"}, {"b"}),
    ({"description_search": "{u} described"}, {"c"}),
    ({"label_search": "{u}", "templates_only": "true"}, {"c"}),
    ({"tags": "{u}-one"}, {"a", "b"}),
    ({"tags": ["{u}-one", "{u}-two"]}, {"a", "b"}),
    ({"tags": ["{u}-one", "{u}-two"], "match_all_tags": "true"}, {"b"}),
    ({"label_search": "{u}", "project_id": "{u}"}, {"a"}),
    ({"label_search": "{u}", "connected_to_agents_count_eq": 0}, {"b", "c"}),
    ({"label_search": "{u}", "connected_to_agents_count_gt": 0}, {"a"}),
    ({"label_search": "{u}", "connected_to_agents_count_lt": 1}, {"b", "c"}),
    ({"label_search": "{u}", "connected_to_agents_count_eq": [0, 1]}, {"a", "b", "c"}),
]


@pytest.mark.parametrize("query,expected", FILTERS, ids=[",".join(q) for q, _ in FILTERS])
def test_list_filters(api, new_block, new_agent, unique, query, expected):
    a = new_block(label=f"{unique}-a", tags=[f"{unique}-one"], project_id=unique)
    new_block(label=f"{unique}-b", value=f"a {unique} needle in it", tags=[f"{unique}-one", f"{unique}-two"])
    new_block(label=f"{unique}-c", description=f"well {unique} described", is_template=True)
    new_agent(block_ids=[a["id"]])

    def fill(value):
        if isinstance(value, list):
            return [fill(each) for each in value]
        return value.replace("{u}", unique) if isinstance(value, str) else value

    found = api.get("/v1/blocks/", {k: fill(v) for k, v in query.items()}).json()
    assert {b["label"].removeprefix(unique + "-") for b in found} == expected


def test_count_counts(api, new_block):
    before = api.get("/v1/blocks/count").json()
    new_block()
    assert api.get("/v1/blocks/count").json() == before + 1
    assert isinstance(before, int)


def test_a_deletion_answers_null_and_detaches(api, new_agent, new_block, unique):
    made = new_block(label=unique)
    agent = new_agent(block_ids=[made["id"]])
    reply = api.delete(f"/v1/blocks/{made['id']}")
    assert (reply.status, reply.json()) == (200, None)
    labels = [b["label"] for b in api.get(f"/v1/agents/{agent['id']}").json()["blocks"]]
    assert unique not in labels and "human" in labels


def test_agents_of_a_block(api, new_agent, new_block):
    made = new_block()
    agents = {new_agent(block_ids=[made["id"]])["id"] for _ in range(2)}
    assert {a["id"] for a in api.get(f"/v1/blocks/{made['id']}/agents").json()} == agents

"""Cursors, pages and orders of every list route."""

import time

import pytest


def made_ids(api, path, bodies):
    ids = []
    for body in bodies:
        reply = api.post(path, body)
        assert reply.status == 200, reply
        item = reply.json()
        ids.append((item[0] if isinstance(item, list) else item)["id"])
        time.sleep(0.002)  # so that created_at differs; equal times are the tie-break's business
    return ids


@pytest.fixture
def seven(api, new_agent, unique):
    """Seven objects of every listed kind: kind → (list path, query that finds only them, ids in order of creation)."""

    def make(kind):
        if kind == "agents":
            ids = []
            for _ in range(7):
                ids.append(new_agent(tags=[unique])["id"])
                time.sleep(0.002)
            return "/v1/agents/", {"tags": unique}, ids
        if kind == "blocks":
            return (
                "/v1/blocks/",
                {"label": unique},
                made_ids(api, "/v1/blocks/", [{"label": unique, "value": str(n)} for n in range(7)]),
            )
        if kind == "archives":
            return "/v1/archives/", {"name": unique}, made_ids(api, "/v1/archives/", [{"name": unique}] * 7)
        if kind == "identities":
            bodies = [{"identifier_key": f"{unique}-{n}", "name": unique, "identity_type": "user"} for n in range(7)]
            return "/v1/identities/", {"name": unique}, made_ids(api, "/v1/identities/", bodies)
        agent = new_agent(include_base_tools=False, memory_blocks=[])["id"]
        if kind == "passages":
            path = f"/v1/agents/{agent}/archival-memory"
            return path, {}, made_ids(api, path, [{"text": f"note {n}"} for n in range(7)])
        if kind == "core memory":
            ids = made_ids(api, "/v1/blocks/", [{"label": f"l{n}", "value": ""} for n in range(7)])
            for block in ids:
                assert api.patch(f"/v1/agents/{agent}/core-memory/blocks/attach/{block}").status == 200
            return f"/v1/agents/{agent}/core-memory/blocks", {}, ids
        assert kind == "agents of a block"
        block = api.post("/v1/blocks/", {"label": unique, "value": ""}).json()["id"]
        ids = []
        for _ in range(7):
            ids.append(new_agent(block_ids=[block])["id"])
            time.sleep(0.002)
        return f"/v1/blocks/{block}/agents", {}, ids

    return make


KINDS = ["agents", "blocks", "archives", "identities", "passages", "core memory", "agents of a block"]
OLDEST_FIRST = {"blocks", "passages"}


@pytest.mark.parametrize("kind", KINDS)
def test_cursors_walk_to_the_empty_page(api, seven, kind):
    path, query, ids = seven(kind)
    order = ids if kind in OLDEST_FIRST else ids[::-1]
    seen, after, pages = [], None, 0
    while True:
        page = api.get(path, {**query, "limit": 3, **({"after": after} if after else {})}).json()
        pages += 1
        assert len(page) <= 3 and pages < 9
        if not page:
            break
        seen += [item["id"] for item in page]
        after = page[-1]["id"]
    if kind == "core memory":
        assert sorted(seen) == sorted(ids)
    else:
        assert seen == order
    assert pages == 4


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "core memory"])
def test_before_gives_what_precedes_a_cursor(api, seven, kind):
    path, query, ids = seven(kind)
    order = ids if kind in OLDEST_FIRST else ids[::-1]
    page = api.get(path, {**query, "limit": 3, "before": order[5]}).json()
    found = [item["id"] for item in page]
    assert found in (order[2:5], order[0:3]) and all(f in order[:5] for f in found)
    assert api.get(path, {**query, "before": order[0]}).json() == []


@pytest.mark.parametrize("kind", ["agents", "blocks", "archives", "identities", "agents of a block"])
def test_order_can_be_asked_for(api, seven, kind):
    path, query, ids = seven(kind)
    assert [i["id"] for i in api.get(path, {**query, "order": "asc"}).json()] == ids
    assert [i["id"] for i in api.get(path, {**query, "order": "desc"}).json()] == ids[::-1]
    forward = api.get(path, {**query, "order": "asc", "after": ids[4]}).json()
    assert [i["id"] for i in forward] == ids[5:]


def test_passages_have_ascending_instead_of_order(api, seven):
    path, _, ids = seven("passages")
    assert [i["id"] for i in api.get(path, {"ascending": "false"}).json()] == ids[::-1]
    assert [i["id"] for i in api.get(path, {"ascending": "true"}).json()] == ids
    assert [i["id"] for i in api.get(path, {"ascending": "false", "after": ids[2]}).json()] == ids[1::-1]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "core memory"])
def test_pages_and_offsets_work_beside_cursors(api, seven, kind):
    path, query, ids = seven(kind)
    order = ids if kind in OLDEST_FIRST else ids[::-1]

    def listed(**more):
        return [i["id"] for i in api.get(path, {**query, **more}).json()]

    assert listed(page=1, page_size=3) == order[:3]
    assert listed(page=3, page_size=3) == order[6:]
    assert listed(page=4, page_size=3) == []
    assert listed(limit=2, offset=4) == order[4:6]
    assert listed(limit=2, offset=100) == []


@pytest.mark.parametrize(
    "path,prefix",
    [("/v1/blocks/", "block"), ("/v1/archives/", "archive"), ("/v1/identities/", "identity"), ("/v1/tools/", "tool")],
)
def test_an_unknown_cursor_is_404(api, missing_id, path, prefix):
    reply = api.get(path, {"after": missing_id(prefix)})
    assert reply.status == 404
    assert missing_id(prefix) in reply.detail


def test_the_agents_list_ignores_an_unknown_cursor(api, seven, missing_id):
    path, query, ids = seven("agents")
    assert len(api.get(path, {**query, "after": missing_id("agent")}).json()) == 7


def test_a_cursor_that_was_deleted_does_not_break_the_agents_list(api, seven):
    path, query, ids = seven("agents")
    api.delete(f"/v1/agents/{ids[3]}")
    assert api.get(path, {**query, "after": ids[3]}).status == 200


def test_equal_times_still_give_a_strict_order(api, new_agent, unique):
    agent = new_agent()["id"]
    archive = api.post("/v1/archives/", {"name": unique}).json()["id"]
    passages = [{"text": f"p{n}", "created_at": "2025-01-01T00:00:00Z"} for n in range(20)]
    assert api.post(f"/v1/archives/{archive}/passages/batch", {"passages": passages}).status == 200
    api.patch(f"/v1/agents/{agent}/archives/attach/{archive}")
    seen = [p["text"] for p in api.every(f"/v1/agents/{agent}/archival-memory", size=3)]
    assert sorted(seen) == sorted(p["text"] for p in passages)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "many"},
        {"limit": -1},
        {"limit": "99999999999999999999"},
        {"order": "sideways"},
        {"page": 0, "page_size": 5},
        {"offset": -1},
        {"page": "x"},
    ],
)
def test_nonsense_in_a_list_query_is_422(api, query):
    reply = api.get("/v1/blocks/", query)
    assert reply.status == 422
    assert any(name in reply.detail for name in query)


def test_default_sizes(api, new_agent, unique):
    archive = api.post("/v1/archives/", {"name": unique}).json()["id"]
    passages = [{"text": f"p{n}"} for n in range(120)]
    api.post(f"/v1/archives/{archive}/passages/batch", {"passages": passages})
    agent = new_agent()["id"]
    api.patch(f"/v1/agents/{agent}/archives/attach/{archive}")
    assert len(api.get(f"/v1/agents/{agent}/archival-memory").json()) == 100
    for n in range(52):
        api.post("/v1/blocks/", {"label": unique, "value": str(n)})
    assert len(api.get("/v1/blocks/", {"label": unique}).json()) == 50

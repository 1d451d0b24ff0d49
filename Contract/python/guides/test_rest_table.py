"""The table of REST endpoints in the guides, line by line, the way curl would call them."""


def test_agents(api, unique):
    made = api.post("/v1/agents/", {"name": unique, "model": "openai/gpt-4.1", "tags": [unique]}).json()
    item = f"/v1/agents/{made['id']}"
    assert [a["id"] for a in api.get("/v1/agents/", {"tags": unique}).json()] == [made["id"]]
    assert api.get(item).json()["name"] == unique
    assert api.patch(item, {"name": unique + "-2"}).json()["name"] == unique + "-2"
    assert api.get(item + "/export").json()["agents"]
    assert api.post(item + "/clone", {"new_name": "c"}).json()["name"] == "c"
    assert api.delete(item).status == 200


def test_the_backup_loop_over_all_agents(api, new_agent):
    """for agent in $(curl .../v1/agents | jq -r '.[].id'); do curl .../v1/agents/$agent/export; done"""
    new_agent()
    for agent in api.get("/v1/agents").json():
        assert api.get(f"/v1/agents/{agent['id']}/export").json()["agents"][0]["name"] == agent["name"]


def test_blocks(api, agent, unique):
    base = f"/v1/agents/{agent['id']}/core-memory/blocks"
    assert len(api.get(base).json()) == 2
    assert api.get(base + "/human").json()["label"] == "human"
    assert api.patch(base + "/human", {"value": "new"}).json()["value"] == "new"
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    assert api.get(f"/v1/blocks/{block['id']}").json()["value"] == "v"
    assert [b["id"] for b in api.get("/v1/blocks/", {"label": unique}).json()] == [block["id"]]
    assert api.patch(f"/v1/blocks/{block['id']}", {"value": "w"}).json()["value"] == "w"
    assert api.patch(f"{base}/attach/{block['id']}").status == 200
    assert [a["id"] for a in api.get(f"/v1/blocks/{block['id']}/agents").json()] == [agent["id"]]
    assert api.patch(f"{base}/detach/{block['id']}").status == 200
    assert api.delete(f"/v1/blocks/{block['id']}").status == 200


def test_archival_memory(api, agent):
    base = f"/v1/agents/{agent['id']}/archival-memory"
    made = api.post(base, {"text": "WebSocket reconnection", "metadata": {"type": "learning"}}).json()[0]
    assert [p["id"] for p in api.get(base, {"limit": 20, "offset": 0}).json()] == [made["id"]]
    found = api.get(base + "/search", {"query": "websocket", "limit": 5}).json()["results"]
    assert found[0]["text"] == "WebSocket reconnection" and found[0]["metadata"] == {"type": "learning"}
    assert f"{found[0]['score']:.2f}"
    assert api.delete(f"{base}/{made['id']}").status == 200


def test_health_as_the_guides_check_it(api):
    assert api.get("/health").json()["status"] == "ok"
    assert api.get("/v1/health/").json()["status"] == "ok"


def test_cancelling_a_run_has_a_route(api, missing_id):
    reply = api.post(f"/v1/runs/{missing_id('run')}/cancel")
    assert reply.status in (404, 501) and reply.json() != {"detail": "Not Found"}

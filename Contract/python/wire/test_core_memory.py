"""The blocks of one agent."""


def core(agent, rest=""):
    return f"/v1/agents/{agent['id']}/core-memory{rest}"


def test_core_memory_lists_the_blocks(api, agent):
    found = api.get(core(agent)).json()
    assert {(b["label"], b["value"]) for b in found["blocks"]} == {("human", "Name: Ada"), ("persona", "I remember.")}


def test_a_block_by_label_and_by_id(api, agent):
    human = next(b for b in agent["blocks"] if b["label"] == "human")
    for name in ("human", human["id"]):
        assert api.get(core(agent, f"/blocks/{name}")).json()["id"] == human["id"]
        assert api.patch(core(agent, f"/blocks/{name}"), {"value": f"by {name}"}).json()["value"] == f"by {name}"
    assert api.get(f"/v1/blocks/{human['id']}").json()["value"] == f"by {human['id']}"


def test_a_block_id_of_another_agent_is_not_a_label_here(api, agent, new_agent):
    other = new_agent()["blocks"][0]["id"]
    assert api.get(core(agent, f"/blocks/{other}")).status == 404
    assert api.patch(core(agent, f"/blocks/{other}"), {"value": "x"}).status == 404


def test_labels_may_hold_anything_that_a_path_can_carry(api, new_agent):
    label = "a b/ü&?#%"
    made = new_agent(memory_blocks=[{"label": label, "value": "odd"}])
    path = core(made, "/blocks/a%20b%2F%C3%BC%26%3F%23%25")
    assert api.get(path).json()["value"] == "odd"


def test_several_blocks_in_one_patch(api, agent):
    body = {"memory_blocks": [{"label": "human", "value": "H"}, {"label": "persona", "value": "P"}]}
    assert api.patch(core(agent), body).status == 200
    assert {(b["label"], b["value"]) for b in api.get(core(agent)).json()["blocks"]} == {
        ("human", "H"),
        ("persona", "P"),
    }


def test_several_blocks_change_together_or_not_at_all(api, agent):
    body = {"memory_blocks": [{"label": "human", "value": "H"}, {"label": "nope", "value": "N"}]}
    reply = api.patch(core(agent), body)
    assert reply.status == 404
    assert "nope" in reply.detail
    assert api.get(core(agent, "/blocks/human")).json()["value"] == "Name: Ada"


def test_attach_and_detach_answer_with_the_agent(api, agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    attached = api.patch(core(agent, f"/blocks/attach/{block['id']}"))
    assert attached.status == 200
    assert unique in [b["label"] for b in attached.json()["blocks"]]
    detached = api.patch(core(agent, f"/blocks/detach/{block['id']}"))
    assert unique not in [b["label"] for b in detached.json()["blocks"]]
    assert api.get(f"/v1/blocks/{block['id']}").status == 200
    api.delete(f"/v1/blocks/{block['id']}")


def test_a_label_where_a_block_id_stands(api, agent):
    detached = api.patch(core(agent, "/blocks/detach/human"))
    assert detached.status == 200
    assert [b["label"] for b in detached.json()["blocks"]] == ["persona"]


def test_attaching_twice_changes_nothing(api, agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    for _ in range(2):
        assert api.patch(core(agent, f"/blocks/attach/{block['id']}")).status == 200
    labels = [b["label"] for b in api.get(core(agent)).json()["blocks"]]
    assert labels.count(unique) == 1
    api.delete(f"/v1/blocks/{block['id']}")


def test_attach_and_detach_of_what_is_not_there(api, agent, missing_id, unique):
    assert api.patch(core(agent, f"/blocks/attach/{missing_id('block')}")).status == 404
    assert api.patch(core(agent, f"/blocks/detach/{missing_id('block')}")).status == 404
    loose = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    assert api.patch(core(agent, f"/blocks/detach/{loose['id']}")).status == 404
    api.delete(f"/v1/blocks/{loose['id']}")


def test_a_shared_block_is_one_block(api, new_agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": "v1"}).json()
    agents = [new_agent(block_ids=[block["id"]]) for _ in range(3)]
    api.patch(core(agents[0], f"/blocks/{unique}"), {"value": "v2"})
    for each in agents:
        assert api.get(core(each, f"/blocks/{unique}")).json()["value"] == "v2"
        assert "v2" in api.get(f"/v1/agents/{each['id']}/context").json()["core_memory"]


def test_renaming_a_block_moves_its_label(api, agent):
    assert api.patch(core(agent, "/blocks/human"), {"label": "user"}).json()["label"] == "user"
    assert api.get(core(agent, "/blocks/human")).status == 404
    assert api.get(core(agent, "/blocks/user")).json()["value"] == "Name: Ada"


def test_the_body_may_be_empty_where_nothing_is_needed(api, agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    path = core(agent, f"/blocks/attach/{block['id']}")
    assert api.request("PATCH", path).status == 200
    assert api.patch(path, {}).status == 200
    api.delete(f"/v1/blocks/{block['id']}")

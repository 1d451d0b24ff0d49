"""Tools of one's own, given with their schema."""

import pytest

ROLL = {
    "name": "roll",
    "description": "Rolls one die.",
    "parameters": {"type": "object", "properties": {"sides": {"type": "integer"}}, "required": ["sides"]},
}
SOURCE = "def roll(sides: int) -> int:\n    return 4\n"


@pytest.fixture
def body(unique):
    return {"source_code": SOURCE, "json_schema": {**ROLL, "name": unique}, "tags": ["games"], "return_char_limit": 77}


@pytest.fixture
def tool(api, body):
    made = api.post("/v1/tools/", body)
    assert made.status == 200, made
    yield made.json()
    api.delete(f"/v1/tools/{made.json()['id']}")


def test_what_is_sent_is_kept(api, tool, unique):
    found = api.get(f"/v1/tools/{tool['id']}").json()
    assert found == tool
    assert (found["name"], found["description"], found["tool_type"]) == (unique, "Rolls one die.", "custom")
    assert (found["source_code"], found["tags"], found["return_char_limit"]) == (SOURCE, ["games"], 77)
    assert found["json_schema"]["parameters"] == ROLL["parameters"]


@pytest.mark.parametrize("method", ["post", "put"])
def test_the_same_name_again_updates_and_keeps_the_id(api, tool, body, method):
    again = getattr(api, method)("/v1/tools/", {**body, "source_code": SOURCE + "# two\n"})
    assert again.status == 200
    assert again.json()["id"] == tool["id"]
    assert api.get(f"/v1/tools/{tool['id']}").json()["source_code"].endswith("# two\n")


def test_patch_and_delete(api, tool):
    path = f"/v1/tools/{tool['id']}"
    changed = api.patch(path, {"description": "Rolls it.", "default_requires_approval": True}).json()
    assert (changed["description"], changed["default_requires_approval"]) == ("Rolls it.", True)
    assert changed["source_code"] == SOURCE
    reply = api.delete(path)
    assert (reply.status, reply.json()) == (200, None)
    assert api.get(path).status == 404


def test_a_name_that_is_taken_cannot_be_taken_again(api, tool, body, unique):
    other = api.post("/v1/tools/", {**body, "json_schema": {**ROLL, "name": unique + "b"}}).json()
    reply = api.patch(f"/v1/tools/{other['id']}", {"json_schema": {**ROLL, "name": unique}})
    assert reply.status in (400, 409)
    assert unique in reply.detail
    api.delete(f"/v1/tools/{other['id']}")


def test_agents_attach_it_by_name(new_agent, tool, unique):
    assert unique in {t["name"] for t in new_agent(tools=[unique])["tools"]}


def test_approval_is_copied_from_the_tool_when_it_is_attached(api, agent, tool):
    api.patch(f"/v1/tools/{tool['id']}", {"default_requires_approval": True})
    attached = api.patch(f"/v1/agents/{agent['id']}/tools/attach/{tool['id']}").json()
    assert {"type": "requires_approval", "tool_name": tool["name"]}.items() <= attached["tool_rules"][0].items()


@pytest.mark.parametrize(
    "item", ["requests>=2.0", {"req_string": "requests>=2.0"}, {"name": "requests", "version": "2.0"}]
)
def test_requirements_may_be_written_in_three_ways(api, tool, body, item):
    made = api.post("/v1/tools/", {**body, "pip_requirements": [item]})
    assert made.status == 200
    kept = made.json()["pip_requirements"]
    assert len(kept) == 1 and kept[0]["name"] == "requests" and "2.0" in kept[0]["version"]


def test_requirements_of_another_language_are_400_and_say_what_is_possible(api, body):
    reply = api.post("/v1/tools/", {**body, "npm_requirements": [{"name": "left-pad"}]})
    assert reply.status == 400
    assert "pip_requirements" in reply.detail


@pytest.mark.parametrize(
    "change,field",
    [
        ({"source_code": 5}, "source_code"),
        ({"json_schema": "x"}, "json_schema"),
        ({"tags": "x"}, "tags"),
        ({"return_char_limit": "x"}, "return_char_limit"),
        ({"pip_requirements": "x"}, "pip_requirements"),
        ({"pip_requirements": [5]}, "pip_requirements"),
    ],
)
def test_what_create_refuses(api, body, change, field):
    reply = api.post("/v1/tools/", {**body, **change})
    assert reply.status == 422
    assert field in reply.detail


def test_create_needs_source_code(api):
    reply = api.post("/v1/tools/", {})
    assert reply.status == 422
    assert "source_code" in reply.detail


def test_search_finds_tools_by_what_they_do(api, tool):
    found = api.post("/v1/tools/search", {"query": "rolls die", "limit": 5})
    assert found.status == 200
    assert tool["id"] in [item["tool"]["id"] for item in found.json()]
    assert all(isinstance(item["combined_score"], int | float) for item in found.json())

"""The base tools, and tools as far as agents name them."""

import pytest
from support.shapes import TOOL, is_id, lacking

BASE = {
    "letta_core": {"send_message", "conversation_search", "archival_memory_insert", "archival_memory_search"},
    "letta_memory_core": {
        "core_memory_append",
        "core_memory_replace",
        "memory",
        "memory_apply_patch",
        "memory_insert",
        "memory_replace",
    },
    "letta_sleeptime_core": {"memory_rethink", "memory_finish_edits"},
    "letta_multi_agent_core": {
        "send_message_to_agent_and_wait_for_reply",
        "send_message_to_agents_matching_tags",
        "send_message_to_agent_async",
    },
    "letta_builtin": {"run_code", "web_search", "fetch_webpage"},
    "letta_files_core": {"open_files", "grep_files", "semantic_search_files"},
}


@pytest.fixture(scope="module")
def tools(api):
    return {t["name"]: t for t in api.every("/v1/tools/", size=10)}


def test_every_base_tool_is_listed(tools):
    for names in BASE.values():
        assert names <= set(tools)
    assert "conversation_search_date" in tools


@pytest.mark.parametrize("kind", BASE)
def test_tool_types(tools, kind):
    for name in BASE[kind] - {"memory_insert", "memory_replace", "memory_rethink", "memory_finish_edits"}:
        assert tools[name]["tool_type"] == kind, name


def test_a_tool_has_every_field(tools):
    for tool in tools.values():
        assert lacking(tool, TOOL) == set()
        assert is_id(tool["id"], "tool")
        assert tool["json_schema"]["name"] == tool["name"]
        assert tool["json_schema"]["parameters"]["type"] == "object"
        assert tool["description"]


def test_base_tools_hide_their_source(tools):
    assert all(tools[name]["source_code"] is None for names in BASE.values() for name in names)


def test_ids_of_base_tools_survive_a_restart(start_server):
    from proof.client import Client

    roost = start_server()
    before = {t["name"]: t["id"] for t in Client(roost.url).get("/v1/tools/", {"limit": 200}).json()}
    roost.stop()
    roost.start()
    assert {t["name"]: t["id"] for t in Client(roost.url).get("/v1/tools/", {"limit": 200}).json()} == before


def test_retrieve(api, tools):
    tool = tools["memory_insert"]
    assert api.get(f"/v1/tools/{tool['id']}").json() == tool


@pytest.mark.parametrize(
    "query,expected",
    [
        ({"name": "memory_insert"}, {"memory_insert"}),
        ({"names": ["memory_insert", "run_code"]}, {"memory_insert", "run_code"}),
        ({"search": "apply_patch"}, {"memory_apply_patch"}),
        ({"tool_types": "letta_files_core"}, BASE["letta_files_core"]),
        ({"name": "memory_insert", "return_only_letta_tools": "true"}, {"memory_insert"}),
        ({"name": "nope"}, set()),
    ],
)
def test_list_filters(api, query, expected):
    assert {t["name"] for t in api.get("/v1/tools/", query).json()} == expected


def test_filters_by_id_and_by_what_not(api, tools):
    two = [tools["memory_insert"]["id"], tools["run_code"]["id"]]
    assert {t["id"] for t in api.get("/v1/tools/", {"tool_ids": two}).json()} == set(two)
    rest = api.get("/v1/tools/", {"exclude_tool_types": ["letta_files_core", "letta_core"], "limit": 200}).json()
    assert rest and not {t["tool_type"] for t in rest} & {"letta_files_core", "letta_core"}


def test_count(api, tools):
    assert api.get("/v1/tools/count").json() == len(tools)
    assert api.get("/v1/tools/count", {"name": "run_code"}).json() == 1


def test_adding_the_base_tools_again_adds_none(api, tools):
    again = api.post("/v1/tools/add-base-tools")
    assert again.status == 200
    assert {t["name"] for t in again.json()} >= BASE["letta_core"]
    assert api.get("/v1/tools/count").json() == len(tools)


def test_agents_name_their_tools(new_agent):
    made = new_agent(tools=["archival_memory_search", "conversation_search_date"], include_base_tools=False)
    assert {t["name"] for t in made["tools"]} == {"archival_memory_search", "conversation_search_date"}


def test_the_dated_search_is_never_there_by_default(new_agent):
    for kind in ("letta_v1_agent", "memgpt_agent", "memgpt_v2_agent"):
        assert "conversation_search_date" not in {t["name"] for t in new_agent(agent_type=kind)["tools"]}


def test_tools_by_id_add_to_the_default(new_agent, tools):
    made = new_agent(tool_ids=[tools["web_search"]["id"]])
    assert {t["name"] for t in made["tools"]} == {
        "conversation_search",
        "memory_insert",
        "memory_replace",
        "web_search",
    }


def test_tools_for_several_agents_on_request(new_agent):
    assert {t["name"] for t in new_agent(include_multi_agent_tools=True)["tools"]} >= BASE["letta_multi_agent_core"]


def test_an_unknown_tool_name_is_400_with_near_matches(api, unique):
    reply = api.post("/v1/agents/", {"name": unique, "model": "a/b", "tools": ["memory_insrt", "run_code"]})
    assert reply.status == 400
    assert "Tools not found by name: {'memory_insrt'}" in reply.detail
    assert "memory_insert" in reply.detail.replace("memory_insrt", "")


def test_attach_list_detach(api, agent, tools):
    base = f"/v1/agents/{agent['id']}/tools"
    attached = api.patch(f"{base}/attach/{tools['run_code']['id']}")
    assert attached.status == 200
    assert "run_code" in {t["name"] for t in attached.json()["tools"]}
    assert "run_code" in {t["name"] for t in api.get(base, {"limit": 50}).json()}
    assert api.patch(f"{base}/attach/{tools['run_code']['id']}").status == 200, "twice is fine"
    detached = api.patch(f"{base}/detach/{tools['run_code']['id']}")
    assert "run_code" not in {t["name"] for t in detached.json()["tools"]}


def test_the_tools_of_an_agent_come_ten_at_a_time(api, new_agent, tools):
    made = new_agent(tool_ids=[t["id"] for t in list(tools.values())[:14]], include_base_tools=False)
    base = f"/v1/agents/{made['id']}/tools"
    assert len(api.get(base).json()) == 10
    assert len(api.every(base, size=5)) == 14


def test_attach_of_what_is_not_there_is_404(api, agent, missing_id):
    assert api.patch(f"/v1/agents/{agent['id']}/tools/attach/{missing_id('tool')}").status == 404
    assert api.patch(f"/v1/agents/{agent['id']}/tools/detach/{missing_id('tool')}").status == 404


@pytest.mark.parametrize("body", [{"requires_approval": True}, {"approval_required": True}])
def test_approval_is_a_rule_of_the_agent(api, agent, body):
    path = f"/v1/agents/{agent['id']}/tools/approval/memory_insert"

    def ruled(reply):
        assert reply.status == 200, reply
        return [r["tool_name"] for r in reply.json()["tool_rules"] if r["type"] == "requires_approval"]

    assert ruled(api.patch(path, body)) == ["memory_insert"]
    assert ruled(api.patch(path, {key: False for key in body})) == []
    assert api.patch(path.replace("memory_insert", "nope"), body).status in (400, 404)


def test_approval_by_the_query_of_older_clients(api, agent):
    reply = api.request("PATCH", f"/v1/agents/{agent['id']}/tools/approval/memory_insert?requires_approval=true")
    assert reply.status == 200
    assert [r["tool_name"] for r in reply.json()["tool_rules"]] == ["memory_insert"]

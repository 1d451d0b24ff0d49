"""Agents as JSON: every field, relations by client generation, headers and defaults."""

import json
import re

import pytest
from support.shapes import AGENT, BLOCK, is_id, is_time, lacking

ONE = {"X-Stainless-Package-Version": "1.12.1", "User-Agent": "Letta/Python 1.12.1"}
RELATIONS = ["blocks", "tools", "tags", "sources", "secrets", "identities"]


def test_an_agent_has_every_field_and_nulls_are_sent(agent):
    assert lacking(agent, AGENT) == set()
    assert is_id(agent["id"], "agent")
    assert agent["agent_type"] == "letta_v1_agent"
    for field in ("project_id", "template_id", "base_template_id", "last_run_completion", "last_stop_reason"):
        assert agent[field] is None, field


def test_times_are_utc_with_microseconds(agent):
    assert is_time(agent["created_at"]), agent["created_at"]
    assert is_time(agent["updated_at"]), agent["updated_at"]


def test_old_and_new_twins_agree(agent):
    assert agent["model"] == "openai/gpt-4o-mini"
    assert agent["llm_config"]["handle"] == agent["model"]
    assert agent["llm_config"]["model"] == "gpt-4o-mini"
    assert agent["llm_config"]["context_window"] > 0
    assert agent["embedding"] == agent["embedding_config"]["handle"] == "openai/text-embedding-3-small"
    assert {b["id"] for b in agent["blocks"]} == {b["id"] for b in agent["memory"]["blocks"]}
    assert agent["secrets"] == agent["tool_exec_environment_variables"] == []
    assert agent["managed_group"] is None and agent["multi_agent_group"] is None
    assert agent["identities"] == [] and agent["identity_ids"] == []


def test_the_first_message_in_context_is_the_system_message(api, agent):
    assert len(agent["message_ids"]) == 1
    assert is_id(agent["message_ids"][0], "message")
    listed = api.get(f"/v1/agents/{agent['id']}/messages").json()
    assert [m["id"] for m in listed] == agent["message_ids"]
    assert listed[0]["message_type"] == "system_message"


def test_blocks_have_every_field_and_default_descriptions(agent):
    for block in agent["blocks"]:
        assert lacking(block, BLOCK) == set()
        assert is_id(block["id"], "block")
        assert block["limit"] == 100_000
        assert block["description"], "human and persona come with a description"


def test_the_default_tools(agent):
    assert {t["name"] for t in agent["tools"]} == {"conversation_search", "memory_insert", "memory_replace"}


@pytest.mark.parametrize(
    "agent_type,expected",
    [
        (
            "memgpt_agent",
            {
                "send_message",
                "conversation_search",
                "core_memory_append",
                "core_memory_replace",
                "memory",
                "memory_apply_patch",
            },
        ),
        ("memgpt_v2_agent", {"send_message", "conversation_search", "memory_insert", "memory_replace"}),
        ("react_agent", set()),
        ("workflow_agent", set()),
        ("sleeptime_agent", {"memory_replace", "memory_insert", "memory_rethink", "memory_finish_edits"}),
        ("voice_convo_agent", {"send_message", "search_memory"}),
        ("voice_sleeptime_agent", {"store_memories", "rethink_user_memory", "finish_rethinking_memory"}),
    ],
)
def test_the_default_tools_of_each_agent_type(new_agent, agent_type, expected):
    made = new_agent(agent_type=agent_type)
    assert made["agent_type"] == agent_type
    assert {t["name"] for t in made["tools"]} == expected


def test_tools_null_means_the_default(new_agent):
    assert {t["name"] for t in new_agent(tools=None)["tools"]} == {
        "conversation_search",
        "memory_insert",
        "memory_replace",
    }


def test_no_base_tools_on_request(new_agent):
    assert new_agent(include_base_tools=False)["tools"] == []


def test_a_name_and_a_time_zone_are_given_where_none_is(api, new_agent):
    made = new_agent(name=None)
    assert made["name"]
    assert made["timezone"] == "UTC"


def test_plain_clients_get_relations_and_new_sdks_only_on_request(api, new_agent, unique):
    made = new_agent(tags=[unique])
    path = f"/v1/agents/{made['id']}"
    plain, new = api.get(path).json(), api.get(path, headers=ONE).json()
    assert plain["tags"] == [unique] and len(plain["blocks"]) == 2 and len(plain["tools"]) == 3
    for relation in RELATIONS:
        assert new[relation] == [], relation
    asked = api.get(path, {"include": ["agent.blocks", "agent.tags"]}, headers=ONE).json()
    assert len(asked["blocks"]) == 2 and asked["tags"] == [unique] and asked["tools"] == []
    assert len(api.get(path, {"include": "agent.tools"}, headers=ONE).json()["tools"]) == 3


@pytest.mark.parametrize(
    "headers,new",
    [
        ({"User-Agent": "letta-client/0.1.324"}, False),
        ({"User-Agent": "letta-client/1.0.0"}, True),
        ({"User-Agent": "curl/8.5.0"}, False),
        ({"User-Agent": "curl/8.5.0", "X-Stainless-Package-Version": "1.7.1"}, True),
    ],
)
def test_which_clients_count_as_new(api, agent, headers, new):
    assert (api.get(f"/v1/agents/{agent['id']}", headers=headers).json()["blocks"] == []) is new


def test_relations_in_lists_follow_the_same_rule(api, new_agent, unique):
    new_agent(tags=[unique])
    query = {"tags": unique}
    assert len(api.get("/v1/agents/", query).json()[0]["blocks"]) == 2
    assert api.get("/v1/agents/", query, headers=ONE).json()[0]["blocks"] == []
    asked = {**query, "include": ["agent.blocks", "agent.tools"]}
    found = api.get("/v1/agents/", asked, headers=ONE).json()[0]
    assert len(found["blocks"]) == 2 and len(found["tools"]) == 3 and found["tags"] == []


def test_the_old_parameter_for_relations(api, new_agent, unique):
    made = new_agent(tags=[unique])
    found = api.get(f"/v1/agents/{made['id']}", {"include_relationships": ["tags"]}).json()
    assert found["tags"] == [unique]
    assert found["tools"] == []


def test_create_and_patch_answer_with_relations_to_everyone(api, unique):
    body = {"name": unique, "model": "openai/gpt-4o", "tags": [unique], "memory_blocks": [{"label": "a", "value": "b"}]}
    made = api.post("/v1/agents/", body, headers=ONE).json()
    assert made["tags"] == [unique] and len(made["blocks"]) == 1 and made["tools"]
    changed = api.patch(f"/v1/agents/{made['id']}", {"description": "d"}, headers=ONE).json()
    assert changed["tags"] == [unique] and len(changed["blocks"]) == 1
    api.delete(f"/v1/agents/{made['id']}")


def test_any_well_formed_handle_is_kept(new_agent):
    made = new_agent(model="someone/else-7b:q4", embedding="nobody/embeds")
    assert made["model"] == "someone/else-7b:q4"
    assert made["embedding"] == "nobody/embeds"


def test_no_embedding_is_fine(new_agent):
    assert new_agent(embedding=None)["id"]


@pytest.mark.own_server
def test_the_configured_default_model_stands_in(start_server, unique):
    from proof.client import Client

    roost = start_server({"DEFAULT_LLM_MODEL": "anthropic/claude-sonnet-4-5", "DEFAULT_EMBEDDING_MODEL": "openai/e"})
    made = Client(roost.url).post("/v1/agents/", {"name": unique}).json()
    assert made["model"] == "anthropic/claude-sonnet-4-5"
    assert made["embedding"] == "openai/e"


def test_fields_of_later_work_are_kept_and_returned(api, new_agent):
    made = new_agent(
        metadata={"team": "blue", "deep": {"n": [1, None]}},
        description="d",
        timezone="Europe/Berlin",
        hidden=False,
        message_buffer_autoclear=True,
        max_files_open=7,
        per_file_view_window_char_limit=1234,
        tool_rules=[{"type": "run_first", "tool_name": "memory_insert"}],
        response_format={"type": "json_object"},
    )
    again = api.get(f"/v1/agents/{made['id']}").json()
    for each in (made, again):
        assert each["metadata"] == {"team": "blue", "deep": {"n": [1, None]}}
        assert (each["description"], each["timezone"], each["hidden"]) == ("d", "Europe/Berlin", False)
        assert each["message_buffer_autoclear"] is True
        assert (each["max_files_open"], each["per_file_view_window_char_limit"]) == (7, 1234)
        assert each["tool_rules"][0]["type"] == "run_first" and each["tool_rules"][0]["tool_name"] == "memory_insert"
        assert each["response_format"]["type"] == "json_object"


def test_sleeptime_is_accepted_stored_and_returned(api, new_agent):
    made = new_agent(enable_sleeptime=True, sleeptime_agent_frequency=5)
    assert made["enable_sleeptime"] is True
    assert api.get(f"/v1/agents/{made['id']}").json()["enable_sleeptime"] is True


def test_limits_of_the_model_reach_its_configuration(new_agent):
    made = new_agent(context_window_limit=64_000, max_tokens=2048)
    assert made["llm_config"]["context_window"] == 64_000
    assert made["llm_config"]["max_tokens"] == 2048


def test_secrets_come_back_as_named_variables(new_agent, api):
    made = new_agent(secrets={"GITHUB_TOKEN": "hush"})
    found = api.get(f"/v1/agents/{made['id']}").json()["secrets"]
    assert [(s["key"], s["value"]) for s in found] == [("GITHUB_TOKEN", "hush")]


def test_patch_tells_absent_from_null(api, new_agent):
    made = new_agent(description="kept", metadata={"a": 1})
    path = f"/v1/agents/{made['id']}"
    assert api.patch(path, {"name": "renamed"}).json()["description"] == "kept"
    assert api.patch(path, {"metadata": {"b": 2}}).json()["metadata"] == {"b": 2}
    again = api.get(path).json()
    assert (again["name"], again["description"], again["metadata"]) == ("renamed", "kept", {"b": 2})


def test_a_patch_moves_updated_at_and_not_created_at(api, agent):
    changed = api.patch(f"/v1/agents/{agent['id']}", {"description": "later"}).json()
    assert changed["created_at"] == agent["created_at"]
    assert changed["updated_at"] > agent["updated_at"]


def test_a_duplicate_label_at_attach_is_409(api, agent, unique):
    block = api.post("/v1/blocks/", {"label": "human", "value": "second"}).json()
    reply = api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/attach/{block['id']}")
    assert reply.status == 409
    assert "human" in reply.detail or "unique" in reply.detail
    api.delete(f"/v1/blocks/{block['id']}")


def test_the_words_of_a_deletion(api, new_agent):
    made = new_agent()
    reply = api.delete(f"/v1/agents/{made['id']}")
    assert (reply.status, reply.json()) == (200, {"message": f"Agent id={made['id']} successfully deleted"})


def test_deleting_an_agent_keeps_its_shared_blocks(api, new_agent, unique):
    shared = api.post("/v1/blocks/", {"label": unique, "value": "shared"}).json()
    made = new_agent(block_ids=[shared["id"]])
    api.delete(f"/v1/agents/{made['id']}")
    assert api.get(f"/v1/blocks/{shared['id']}").json()["value"] == "shared"
    api.delete(f"/v1/blocks/{shared['id']}")


@pytest.mark.parametrize(
    "field,value,status",
    [
        ("block_ids", ["block-00000000-0000-4000-8000-00000000dead"], 404),
        ("tool_ids", ["tool-00000000-0000-4000-8000-00000000dead"], 404),
        ("identity_ids", ["identity-00000000-0000-4000-8000-00000000dead"], 404),
        ("block_ids", ["nonsense"], 422),
        ("agent_type", "wizard_agent", 422),
        ("memory_blocks", [{"value": "x"}], 422),
        ("memory_blocks", "none", 422),
        ("tags", "one", 422),
        ("metadata", [], 422),
    ],
)
def test_what_create_refuses(api, unique, field, value, status):
    reply = api.post("/v1/agents/", {"name": unique, "model": "openai/gpt-4o", field: value})
    assert reply.status == status
    assert reply.detail
    assert api.get("/v1/agents/", {"name": unique}).json() == [], "a refused agent must not stay behind"


def test_an_agent_that_is_refused_leaves_no_blocks_behind(api, unique):
    before = api.get("/v1/blocks/count").json()
    body = {
        "name": unique,
        "model": "openai/gpt-4o",
        "memory_blocks": [{"label": unique, "value": "x"}],
        "tools": ["nope"],
    }
    assert api.post("/v1/agents/", body).status == 400
    assert api.get("/v1/blocks/count").json() == before
    assert api.get("/v1/blocks/", {"label": unique}).json() == []


def test_projects_scope_creation_and_lists(api, unique):
    project = {"X-Project-Id": unique}
    made = api.post("/v1/agents/", {"name": unique, "model": "openai/gpt-4o"}, headers=project).json()
    assert made["project_id"] == unique
    assert [a["id"] for a in api.get("/v1/agents/", {"project_id": unique}).json()] == [made["id"]]
    assert api.get("/v1/agents/", {"project_id": unique + "x"}).json() == []
    api.delete(f"/v1/agents/{made['id']}")


def test_a_project_by_name_is_accepted(api, unique):
    reply = api.post("/v1/agents/", {"name": unique, "model": "openai/gpt-4o"}, headers={"X-Project": unique})
    assert reply.status == 200
    api.delete(f"/v1/agents/{reply.json()['id']}")


TEXTS = [
    "",
    "日本語 🦉",
    'line\nbreak\ttab "quote" \\ back',
    "\u200fright to left",
    "é" + "e\u0301",
    "a" * 5000,
    "</human>",
    "%s {x} $1 '; --",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_survives_as_it_was_sent(api, new_agent, text):
    made = new_agent(description=text, memory_blocks=[{"label": "human", "value": text}], metadata={"t": text})
    again = api.get(f"/v1/agents/{made['id']}").json()
    assert (again["description"], again["metadata"]["t"], again["blocks"][0]["value"]) == (text, text, text)


def test_numbers_in_metadata_survive(api, new_agent):
    numbers = {"big": 9007199254740993, "small": -1, "real": 0.1, "exp": 1.5e300, "zero": 0, "yes": True, "no": None}
    made = new_agent(metadata=numbers)
    raw = api.get(f"/v1/agents/{made['id']}").body.decode()
    assert json.loads(raw)["metadata"] == numbers
    assert re.search(r'"big":\s*9007199254740993', raw)


def test_the_context_route_counts_what_is_there(api, agent):
    from support.shapes import CONTEXT

    api.post(f"/v1/agents/{agent['id']}/archival-memory", {"text": "one"})
    context = api.get(f"/v1/agents/{agent['id']}/context").json()
    assert lacking(context, CONTEXT) == set()
    assert context["context_window_size_max"] == agent["llm_config"]["context_window"]
    assert context["num_archival_memory"] == 1
    assert "Name: Ada" in context["core_memory"]
    assert context["num_tokens_core_memory"] > 0
    assert context["num_messages"] == len(context["messages"]) == 1


def test_the_core_memory_text_has_the_documented_layout(api, new_agent):
    made = new_agent(memory_blocks=[{"label": "human", "value": "Name: Ann", "description": "About Ann.", "limit": 50}])
    text = api.get(f"/v1/agents/{made['id']}/context").json()["core_memory"]
    expected = (
        "<human>\n<description>\nAbout Ann.\n</description>\n"
        "<metadata>\n- chars_current=9\n- chars_limit=50\n</metadata>\n"
        "<value>\nName: Ann\n</value>\n</human>"
    )
    assert text.startswith(
        "<memory_blocks>\nThe following memory blocks are currently engaged in your core memory unit:\n"
    )
    assert expected in text


def test_clone_copies_everything_and_shares_nothing(api, new_agent, unique):
    made = new_agent(tags=[unique], description="first", metadata={"a": 1})
    api.post(f"/v1/agents/{made['id']}/archival-memory", {"text": f"{unique} remembered"})
    reply = api.post(f"/v1/agents/{made['id']}/clone", {"new_name": unique + "-2"})
    assert reply.status == 200
    copy = reply.json()
    assert copy["name"] == unique + "-2" and copy["id"] != made["id"]
    assert (copy["description"], copy["metadata"], copy["tags"]) == ("first", {"a": 1}, [unique])
    assert {(b["label"], b["value"]) for b in copy["blocks"]} == {(b["label"], b["value"]) for b in made["blocks"]}
    assert {t["name"] for t in copy["tools"]} == {t["name"] for t in made["tools"]}
    api.patch(f"/v1/agents/{copy['id']}/core-memory/blocks/human", {"value": "changed"})
    assert api.get(f"/v1/agents/{made['id']}/core-memory/blocks/human").json()["value"] == "Name: Ada"
    api.delete(f"/v1/agents/{copy['id']}")
    assert api.get(f"/v1/agents/{made['id']}").status == 200


def test_clone_names_itself_where_no_name_is_given(api, agent):
    copy = api.post(f"/v1/agents/{agent['id']}/clone", {})
    assert copy.status == 200
    assert copy.json()["name"]
    api.delete(f"/v1/agents/{copy.json()['id']}")


def test_cloning_what_is_not_there_is_404(api, missing_id):
    assert api.post(f"/v1/agents/{missing_id('agent')}/clone", {"new_name": "x"}).status == 404

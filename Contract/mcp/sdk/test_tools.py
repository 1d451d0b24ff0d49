"""Every tool of every profile and every operation of every hub, through the official SDK."""

import tomllib

import anyio.from_thread
import pytest
from support import check, sdk
from support.places import TRANSPORTS
from support.table import FILE, HUBS, Case, Objects, cases

TABLE = cases()
MEMORY = ("recall", "remember", "read_memory", "update_memory", "forget", "memory_status")
PROFILES = ("memory", "consolidated", "classic", "all")


@pytest.fixture(scope="module")
def sessions(place):
    """One connection for each transport and profile, kept for the module: `sessions("stdio", "all")`."""
    opened = {}
    with anyio.from_thread.start_blocking_portal() as portal:

        def session(transport, profile, era="auto"):
            key = (transport, profile, era)
            if key not in opened:
                context = portal.wrap_async_context_manager(sdk.connected(place(transport, profile), era))
                opened[key] = context, context.__enter__()
            return Caller(portal, opened[key][1])

        yield session
        for context, _ in reversed(opened.values()):
            context.__exit__(None, None, None)


class Caller:
    """A session, asked from plain code."""

    def __init__(self, portal, session):
        self.portal, self.session = portal, session

    @property
    def tools(self):
        if not hasattr(self.session, "listed"):
            self.session.listed = {tool["name"]: tool for tool in self.portal.call(self.session.tools)}
        return self.session.listed

    def __call__(self, name, arguments):
        return self.portal.call(self.session.call, name, arguments)


def play(case, caller, api):
    objects = Objects(api)
    arguments = objects.fill(case.arguments)
    filled = Case(case.tool, None, {"outcome": case.outcome, "holds": objects.fill(case.holds)})
    filled.operation, filled.arguments = case.operation, arguments
    if case.outcome == "invalid":
        with pytest.raises(sdk.ProtocolError) as refused:
            caller(case.tool, arguments)
        assert refused.value.code == -32602, refused.value
        for word in filled.holds:
            assert word in refused.value.message
        return
    check.outcome(filled, caller(case.tool, arguments), caller.tools[case.tool])


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("case", TABLE, ids=str)
def test_every_call_of_the_table(case, transport, sessions, api):
    play(case, sessions(transport, "all"), api)


if sdk.GENERATION == 2:  # generation 1 has one era only

    @pytest.mark.parametrize("transport", ("stdio", "serve"))
    @pytest.mark.parametrize("case", TABLE, ids=str)
    def test_every_call_of_the_table_after_a_handshake(case, transport, sessions, api):
        play(case, sessions(transport, "all", "legacy"), api)


def test_the_table_has_every_tool_and_every_operation(sessions):
    listed = sessions("stdio", "all").tools
    known = {case.tool for case in TABLE}
    assert set(listed) - known == set(), "listed, but not in table.toml"
    assert known - set(listed) == set(), "in table.toml, but not listed"
    for hub in HUBS:
        operations = set(listed[hub]["inputSchema"]["properties"]["operation"]["enum"])
        rows = {case.arguments["operation"] for case in TABLE if case.tool == hub}
        assert operations - rows == set(), f"{hub}: listed, but not in table.toml"
        assert rows - operations == set(), f"{hub}: in table.toml, but not listed"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_listed_tool_has_valid_schemas_a_title_and_annotations(profile, sessions):
    listed = sessions("stdio", profile).tools
    for tool in listed.values():
        check.tool(tool)


@pytest.mark.parametrize("transport", [name for name in TRANSPORTS if name != "stdio"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_transport_lists_the_same_tools(transport, profile, sessions):
    assert sessions(transport, profile).tools == sessions("stdio", profile).tools


def test_the_profiles_have_the_tools_of_the_contract(sessions):
    names = {profile: set(sessions("stdio", profile).tools) for profile in PROFILES}
    assert names["memory"] == set(MEMORY)
    shared = {"list_llm_models", "list_embedding_models"}
    assert names["consolidated"] == {*HUBS, *shared, "list_prompts", "use_prompt"}
    assert names["classic"] >= shared
    assert names["all"] == names["memory"] | names["consolidated"] | names["classic"]


def test_every_parameter_of_the_contract_is_taken_and_no_other_is_needed(sessions):
    listed = sessions("stdio", "all").tools
    table = tomllib.loads((FILE.parent / "parameters.toml").read_text())
    wrong = []
    for name, words in {**table["tools"], **table["hubs"]}.items():
        schema = listed[name]["inputSchema"]
        known, needed = set(schema.get("properties", {})), set(schema.get("required", []))
        if name in HUBS:
            needed -= {"operation"}
        if schema.get("additionalProperties", True) is False:
            wrong += [f"{name}: {word} is not taken" for word in words.replace("?", "").split() if word not in known]
        else:
            # Not listed is not refused: a hub does not spend bytes on what it ignores.
            ignored = {"request_heartbeat"} if name in HUBS else set()
            words_taken = set(words.replace("?", "").split()) - ignored
            wrong += [f"{name}: {word} is not in the schema" for word in sorted(words_taken - known)]
        may_need = {word for word in words.split() if not word.endswith("?")}
        wrong += [f"{name}: {word} is needed" for word in sorted(needed - may_need)]
    assert not wrong, "\n".join(wrong)


def test_only_recall_and_remember_are_always_loaded(sessions):
    loaded = {
        name
        for profile in PROFILES
        for name, tool in sessions("stdio", profile).tools.items()
        if (tool.get("_meta") or {}).get("anthropic/alwaysLoad")
    }
    assert loaded == {"recall", "remember"}


def test_what_annotations_promise(sessions):
    tools = sessions("stdio", "all").tools
    for name in ("recall", "read_memory", "memory_status", "list_agents", "retrieve_agent", "list_passages"):
        assert tools[name]["annotations"].get("readOnlyHint") is True, name
    for name in ("forget", "delete_agent", "bulk_delete_agents", "delete_passage", *HUBS[:3]):
        # Destructive is what a tool is that says nothing.
        assert tools[name]["annotations"].get("destructiveHint", True) is True, name
        assert not tools[name]["annotations"].get("readOnlyHint"), name
    assert tools["remember"]["annotations"].get("destructiveHint") is False

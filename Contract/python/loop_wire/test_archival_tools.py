"""The tools that search: archival memory and what was said."""

import pytest
from support.loop import returned, said


@pytest.fixture
def agent(with_tools):
    return with_tools("archival_memory_insert", "archival_memory_search")


@pytest.fixture
def call(agent, send, model):
    def make(tool, **arguments):
        model.script({"calls": [[tool, arguments]]}, "Done.")
        reply = send(agent, "x")
        assert said(reply) == "Done."
        return returned(reply)

    return make


def test_a_passage_is_inserted_and_found(api, agent, call):
    text, status = call("archival_memory_insert", content="The boat is red.", tags=["boat"])
    assert status == "success" and text in ("None", "null")
    stored = api.get(f"/v1/agents/{agent['id']}/archival-memory").json()
    assert [(p["text"], p["tags"]) for p in stored] == [("The boat is red.", ["boat"])]
    text, status = call("archival_memory_search", query="which colour has the boat?")
    assert status == "success" and "The boat is red." in text
    for word in ("id", "timestamp", "content", "tags"):
        assert word in text


def test_five_results_unless_asked(call):
    for number in range(7):
        call("archival_memory_insert", content=f"Boat number {number} is red.")
    assert call("archival_memory_search", query="boat")[0].count("is red.") == 5
    assert call("archival_memory_search", query="boat", top_k=2)[0].count("is red.") == 2


def test_tags_narrow(call):
    call("archival_memory_insert", content="A red boat.", tags=["a", "b"])
    call("archival_memory_insert", content="A blue boat.", tags=["b"])
    assert "blue" not in call("archival_memory_search", query="boat", tags=["a"])[0]
    either = call("archival_memory_search", query="boat", tags=["a", "b"], tag_match_mode="any")[0]
    both = call("archival_memory_search", query="boat", tags=["a", "b"], tag_match_mode="all")[0]
    assert "blue" in either and "red" in either and "blue" not in both and "red" in both


def test_times_narrow(call):
    call("archival_memory_insert", content="A red boat.")
    assert "red" not in call("archival_memory_search", query="boat", end_datetime="2020-01-01")[0]
    assert "red" in call("archival_memory_search", query="boat", start_datetime="2020-01-01")[0]
    assert call("archival_memory_search", query="boat", start_datetime="yesterday or so")[1] == "error"


def test_no_query_finds_nothing(call):
    call("archival_memory_insert", content="A red boat.")
    assert call("archival_memory_search", query="") == ("[]", "success")


def test_an_insert_recompiles_the_prompt(call, agent, send, model):
    from support.asked import system

    call("archival_memory_insert", content="A red boat.", tags=["fleet"])
    send(agent, "and now?")
    told = system(model.last_request())
    assert "- 1 total memories you created are stored in archival memory (use tools to access them)" in told
    assert "- Available archival memory tags: fleet" in told


def test_what_was_said_is_found(call, agent, send, model):
    send(agent, "My dog is called Rex.\nREPLY A fine name.")
    text, status = call("conversation_search", query="dog Rex")
    assert status == "success" and "My dog is called Rex." in text and "Showing" in text
    assert "timestamp" in text and "role" in text


def test_roles_and_limits_narrow(call, agent, send, model):
    send(agent, "Zebra one.\nREPLY Zebra two.")
    send(agent, "Zebra three.")
    only = call("conversation_search", query="Zebra", roles=["assistant"])[0]
    assert "Zebra two." in only and "Zebra three" not in only.replace("ok: Zebra three", "")
    assert call("conversation_search", query="Zebra", limit=1)[0].startswith(
        ("{'message': 'Showing 1 results:'", '{"message"')
    )


def test_its_own_searches_are_not_found(call, agent, send):
    call("conversation_search", query="quagga")
    assert "quagga" not in call("conversation_search", query="quagga")[0]


@pytest.mark.parametrize("query", [{}, {"query": "Zebra"}])
def test_whole_days_count(call, agent, send, query):
    import datetime

    send(agent, "Zebra today.")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yesterday, tomorrow = (str(today + datetime.timedelta(days=d)) for d in (-1, 1))
    found = call("conversation_search", **query, start_date=yesterday, end_date=tomorrow)[0]
    assert "Zebra today." in found
    assert "Zebra today." in call("conversation_search", **query, start_date=str(today), end_date=str(today))[0]
    assert "Zebra today." not in call("conversation_search", **query, end_date=yesterday)[0]

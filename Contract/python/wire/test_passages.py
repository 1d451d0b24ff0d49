"""Archival memory of an agent: passages, their tags and metadata, and the search in them."""

import pytest
from support.shapes import PASSAGE, is_id, is_time, lacking


@pytest.fixture
def notes(api, agent):
    """An agent with five passages of known words, tags, dates and metadata."""
    rows = [
        (
            "The websocket client reconnects with exponential backoff and jitter.",
            ["net", "bug"],
            "2025-01-10T10:00:00Z",
            {"type": "learning", "file": "ws.py"},
        ),
        ("Deployments run every Tuesday after the review.", ["ops"], "2025-02-10T10:00:00Z", {"type": "decision"}),
        ("Ada prefers short answers and type hints.", ["user"], "2025-03-10T10:00:00Z", {"type": "preference"}),
        ("A backoff without jitter makes a thundering herd at restart.", ["net", "ops"], "2025-04-10T10:00:00Z", None),
        ("Die Bücher stehen im Regal über dem Schreibtisch.", [], "2025-05-10T10:00:00Z", None),
    ]
    ids = []
    for text, tags, created, metadata in rows:
        body = {"text": text, "tags": tags, "created_at": created}
        reply = api.post(path(agent), {**body, **({"metadata": metadata} if metadata else {})})
        assert reply.status == 200, reply
        ids.append(reply.json()[0]["id"])
    agent["passages"] = ids
    return agent


def path(agent, rest=""):
    return f"/v1/agents/{agent['id']}/archival-memory{rest}"


def search(api, agent, **query):
    reply = api.get(path(agent, "/search"), query)
    assert reply.status == 200, reply
    return reply.json()["results"]


def test_an_insert_answers_with_an_array_of_whole_passages(api, agent):
    made = api.post(path(agent), {"text": "first", "tags": ["a"]}).json()
    assert isinstance(made, list) and len(made) == 1
    passage = made[0]
    assert lacking(passage, PASSAGE) == set()
    assert is_id(passage["id"], "passage") and is_id(passage["archive_id"], "archive")
    assert is_time(passage["created_at"])
    assert (passage["text"], passage["tags"], passage["metadata"], passage["is_deleted"]) == ("first", ["a"], {}, False)
    assert passage["source_id"] is None and passage["file_id"] is None


def test_the_first_insert_makes_the_default_archive(api, agent):
    assert api.get("/v1/archives/", {"agent_id": agent["id"]}).json() == []
    made = api.post(path(agent), {"text": "first"}).json()[0]
    archives = api.get("/v1/archives/", {"agent_id": agent["id"]}).json()
    assert [a["id"] for a in archives] == [made["archive_id"]]
    assert archives[0]["name"] == f"{agent['name']}'s Archive"
    assert archives[0]["description"] == "Default archive created automatically"
    assert api.post(path(agent), {"text": "second"}).json()[0]["archive_id"] == made["archive_id"]


def test_the_list_is_oldest_first_and_archival_is_an_alias(api, notes):
    for route in ("/archival-memory", "/archival"):
        found = api.get(f"/v1/agents/{notes['id']}{route}").json()
        assert [p["id"] for p in found] == notes["passages"]


def test_the_alias_takes_writes_and_searches_too(api, agent):
    made = api.post(f"/v1/agents/{agent['id']}/archival", {"text": "by alias"}).json()[0]
    found = api.get(f"/v1/agents/{agent['id']}/archival/search", {"query": "alias"}).json()
    assert [r["id"] for r in found["results"]] == [made["id"]]
    assert api.delete(f"/v1/agents/{agent['id']}/archival/{made['id']}").status == 200


def test_metadata_is_kept_and_its_type_becomes_a_tag(api, notes):
    first = api.get(path(notes)).json()[0]
    assert first["metadata"] == {"type": "learning", "file": "ws.py"}
    assert "type:learning" in first["tags"]
    assert {"net", "bug"} <= set(first["tags"])
    found = search(api, notes, query="backoff", tags="type:learning")
    assert [r["id"] for r in found] == notes["passages"][:1]


def test_created_at_is_taken_and_normalised(api, agent):
    made = api.post(path(agent), {"text": "x", "created_at": "2024-02-29T12:00:00+02:00"}).json()[0]
    assert made["created_at"] == "2024-02-29T10:00:00.000000Z"


def test_search_items_have_the_old_fields_and_ours(api, notes):
    found = api.get(path(notes, "/search"), {"query": "websocket backoff"}).json()
    assert found["count"] == len(found["results"]) >= 2
    best = found["results"][0]
    assert best["id"] == notes["passages"][0]
    assert best["content"] == best["text"] == "The websocket client reconnects with exponential backoff and jitter."
    assert best["metadata"]["file"] == "ws.py"
    assert "why" in best and best["timestamp"].startswith("2025-01-10")
    scores = [r["score"] for r in found["results"]]
    assert all(0 <= s <= 1 for s in scores) and scores == sorted(scores, reverse=True)


def test_search_stems_and_ignores_case_and_stop_words(api, notes):
    assert search(api, notes, query="DEPLOYMENT")[0]["id"] == notes["passages"][1]
    assert search(api, notes, query="what does the ada prefer in an answer?")[0]["id"] == notes["passages"][2]
    assert search(api, notes, query="bücher")[0]["id"] == notes["passages"][4]
    assert search(api, notes, query="Bucher")[0]["id"] == notes["passages"][4]


def test_search_finds_the_beginnings_of_words(api, notes):
    assert notes["passages"][0] in [r["id"] for r in search(api, notes, query="webso")]


def test_search_finds_nothing_where_nothing_is(api, notes, new_agent):
    assert search(api, new_agent(), query="zebra quagga") == []
    found = search(api, notes, query="zebra quagga")
    assert not any("text:" in reason for r in found for reason in r["why"]), "at most near in meaning"


ODD = [
    '"',
    '""',
    "*",
    "()",
    "AND",
    "a AND",
    "NOT x",
    "NEAR(",
    "col:x",
    "-",
    "^",
    "'",
    ";",
    "\\",
    "{}",
    "text:backoff",
    'a*b"c',
    "🦉",
    "",
    " ",
    "+" * 50,
    "x" * 5000,
    "the of and",
]


@pytest.mark.parametrize("query", ODD)
def test_no_query_text_is_an_error(api, notes, query):
    search(api, notes, query=query)
    assert api.get(path(notes), {"query": query}).status == 200
    assert api.get(path(notes), {"search": query}).status == 200


@pytest.mark.parametrize(
    "filters,expected",
    [
        ({"tags": "net"}, {0, 3}),
        ({"tags": ["net", "ops"]}, {0, 1, 3}),
        ({"tags": ["net", "ops"], "tag_match_mode": "any"}, {0, 1, 3}),
        ({"tags": ["net", "ops"], "tag_match_mode": "all"}, {3}),
        ({"tags": ["bug", "user"], "tag_match_mode": "all"}, set()),
        ({"start_datetime": "2025-02-01T00:00:00Z"}, {1, 2, 3, 4}),
        ({"end_datetime": "2025-02-01T00:00:00Z"}, {0}),
        ({"start_datetime": "2025-01-10T10:00:00Z", "end_datetime": "2025-01-10T10:00:00Z"}, {0}),
        ({"start_datetime": "2025-01-01", "end_datetime": "2025-04-10"}, {0, 1, 2, 3}),
        ({"top_k": 1}, {0, 3}),
        ({"limit": 1}, {0, 3}),
    ],
)
def test_search_filters(api, notes, filters, expected):
    found = [notes["passages"].index(r["id"]) for r in search(api, notes, query="backoff jitter", **filters)]
    if "top_k" in filters or "limit" in filters:
        assert len(found) == 1 and set(found) <= expected
    else:
        # By meaning everything is found that the filter lets through; those with the words come first.
        assert set(found) == expected and len(found) == len(expected)
        with_words = expected & {0, 3}
        assert set(found[: len(with_words)]) == with_words


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"query": "x", "top_k": "many"},
        {"query": "x", "top_k": -1},
        {"query": "x", "tag_match_mode": "some"},
        {"query": "x", "start_datetime": "yesterday"},
    ],
)
def test_what_search_refuses(api, notes, query):
    reply = api.get(path(notes, "/search"), query)
    assert reply.status == 422
    assert (set(query) - {"query"} or {"query"}).pop() in reply.detail


def test_the_list_takes_a_ranked_query_and_a_substring(api, notes):
    ranked = api.get(path(notes), {"query": "backoff websocket", "limit": 3}).json()
    assert ranked[0]["id"] == notes["passages"][0] and set(ranked[0]) >= PASSAGE
    sub = api.get(path(notes), {"search": "out jitter"}).json()
    assert [p["id"] for p in sub] == [notes["passages"][3]]


def test_metadata_filters_lists_and_searches(api, notes):
    listed = api.get(path(notes), {"metadata.type": "decision"}).json()
    assert [p["id"] for p in listed] == [notes["passages"][1]]


def test_an_edit_changes_text_tags_and_what_search_finds(api, notes):
    target = notes["passages"][1]
    reply = api.patch(
        path(notes, f"/{target}"),
        {"text": "Deployments moved to Friday.", "tags": ["moved"], "metadata": {"type": "decision", "v": 2}},
    )
    assert reply.status == 200
    found = search(api, notes, query="friday")
    assert found[0]["id"] == target and found[0]["content"] == "Deployments moved to Friday."
    assert "text: friday" in found[0]["why"]
    assert not any("tuesday" in str(r["why"]).lower() for r in search(api, notes, query="tuesday"))
    listed = next(p for p in api.get(path(notes)).json() if p["id"] == target)
    assert listed["text"] == "Deployments moved to Friday."
    assert "moved" in listed["tags"] and "ops" not in listed["tags"]
    assert listed["metadata"]["v"] == 2


def test_a_deletion_says_so_and_the_search_forgets(api, notes):
    target = notes["passages"][0]
    reply = api.delete(path(notes, f"/{target}"))
    assert (reply.status, reply.json()) == (200, {"message": f"Memory id={target} successfully deleted"})
    assert target not in [r["id"] for r in search(api, notes, query="websocket")]
    assert api.delete(path(notes, f"/{target}")).status == 404


def test_passages_of_another_agent_are_out_of_reach(api, notes, new_agent):
    other = new_agent()
    assert api.delete(path(other, f"/{notes['passages'][0]}")).status == 404
    assert api.patch(path(other, f"/{notes['passages'][0]}"), {"text": "x"}).status == 404
    assert search(api, other, query="backoff") == []
    assert api.get(path(other)).json() == []


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "text"),
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"text": "x", "tags": "one"}, "tags"),
        ({"text": "x", "tags": [1]}, "tags"),
        ({"text": "x", "created_at": "yesterday"}, "created_at"),
        ({"text": "x", "metadata": []}, "metadata"),
    ],
)
def test_what_insert_refuses(api, agent, body, field):
    reply = api.post(path(agent), body)
    assert reply.status == 422
    assert field in reply.detail


def test_a_long_passage_is_kept_whole(api, agent):
    text = "word " * 20_000
    assert api.post(path(agent), {"text": text}).status == 200
    assert api.get(path(agent)).json()[0]["text"] == text


GLOBAL = "/v1/passages/search"


def test_global_search_by_agent_and_archive(api, notes):
    archive = api.get(path(notes)).json()[0]["archive_id"]
    for scope in ({"agent_id": notes["id"]}, {"archive_id": archive}):
        found = api.post(GLOBAL, {"query": "websocket", **scope}).json()
        assert found[0]["passage"]["id"] == notes["passages"][0] and found[0]["relevant"] is True
        assert {f["passage"]["id"] for f in found} == set(notes["passages"])
        assert 0 <= found[0]["score"] <= 1 and isinstance(found[0]["metadata"], dict)
        assert set(found[0]["passage"]) >= PASSAGE


def test_global_search_filters(api, notes):
    def ids(**body):
        reply = api.post(GLOBAL, {"agent_id": notes["id"], **body})
        assert reply.status == 200, reply
        return {notes["passages"].index(f["passage"]["id"]) for f in reply.json()}

    assert ids(query="backoff", tags=["ops"]) == {1, 3}
    assert ids(query="backoff", tags=["net", "bug"], tag_match_mode="all") == {0}
    assert ids(query="backoff", start_date="2025-03-01T00:00:00Z") == {2, 3, 4}
    assert ids(query="backoff", end_date="2025-03-01T00:00:00Z") == {0, 1}
    assert len(ids(query="backoff", limit=1)) == 1
    assert ids(tags=["user"]) == {2}, "without a query the filters alone decide"
    assert ids() == {0, 1, 2, 3, 4}


def test_global_search_reaches_over_agents(api, new_agent, unique):
    made = {api.post(path(new_agent()), {"text": f"shared word {unique}"}).json()[0]["id"] for _ in range(2)}
    # A word that is nowhere else. One of the two is a copy of the other, which comes after all that is none.
    found = api.post(GLOBAL, {"query": unique, "limit": 100}).json()
    assert found[0]["passage"]["id"] in made


@pytest.mark.parametrize(
    "body,status",
    [
        ({"query": "x", "limit": -1}, 422),
        ({"query": 5}, 422),
        ({"query": "x", "tag_match_mode": "some"}, 422),
        ({"query": "x", "agent_id": "nonsense"}, 422),
    ],
)
def test_what_global_search_refuses(api, body, status):
    assert api.post(GLOBAL, body).status == status


@pytest.mark.own_server
def test_the_number_of_results_can_be_limited_for_all(start_server):
    from proof.client import Client

    client = Client(start_server({"MAX_ARCHIVAL_RESULTS": "3"}).url)
    agent = client.post("/v1/agents/", {"model": "a/b"}).json()
    for n in range(6):
        client.post(path(agent), {"text": f"needle {n}"})
    assert len(client.get(path(agent, "/search"), {"query": "needle"}).json()["results"]) == 3

"""Roost's own search, `/v1/roost/search`: words and meaning, filters, trust, and what it says of itself; and the routes
that tell of the vectors behind it."""

import pytest
from proof.client import Client
from support.shapes import PASSAGE, is_id, is_time, lacking

SEARCH = "/v1/roost/search"
RESULT = set("id archive_id text created_at tags metadata score relevant why provenance".split())


@pytest.fixture(scope="session")
def has_model(api):
    """Whether an embedding model is installed where the server looks for one."""
    return api.get("/v1/roost/embeddings").json()["local"] is not None


@pytest.fixture
def meaning(has_model):
    if not has_model:
        pytest.skip("no embedding model is installed: Scripts/model.sh")


def add(api, agent, text, **more):
    reply = api.post(f"/v1/agents/{agent['id']}/archival-memory", {"text": text, **more})
    assert reply.status == 200, reply
    return reply.json()[0]["id"]


def search(api, **body):
    reply = api.post(SEARCH, body)
    assert reply.status == 200, reply
    return reply.json()


def ids(reply):
    return [item["id"] for item in reply["results"]]


@pytest.fixture
def notes(api, agent):
    agent["passages"] = [
        add(api, agent, "Rex, our golden retriever, barks at the postman.", tags=["home"]),
        add(
            api,
            agent,
            "Invoices are paid within thirty days.",
            tags=["work", "money"],
            created_at="2024-05-01T00:00:00Z",
            metadata={"type": "decision"},
        ),
        add(api, agent, "The nightly job fails with ERR_LOCK_TIMEOUT in db/lock.py.", tags=["work"]),
    ]
    return agent


def test_a_reply_has_everything_there_is_to_know(api, notes, has_model):
    reply = search(api, query="nightly job", agent_id=notes["id"])
    assert reply["mode"] == ("hybrid" if has_model else "text")
    assert reply["count"] == len(reply["results"]) and "explanation" not in reply
    best = reply["results"][0]
    assert lacking(best, RESULT) == set() and "parts" not in best
    assert is_id(best["id"], "passage") and is_id(best["archive_id"], "archive") and is_time(best["created_at"])
    assert best["id"] == notes["passages"][2] and best["relevant"] is True and 0 < best["score"] <= 1
    assert best["provenance"] == {"source": "api", "session": None, "tool": None, "file": None, "trust": None}
    scores = [item["score"] for item in reply["results"]]
    assert scores == sorted(scores, reverse=True)


def test_a_paraphrase_without_a_common_word_is_found(api, notes, meaning):
    for query, place in (("what kind of dog is he", 0), ("when do we settle our bills", 1)):
        best = search(api, query=query, agent_id=notes["id"])["results"][0]
        assert best["id"] == notes["passages"][place]
        assert any(reason.startswith("similarity") for reason in best["why"])


def test_an_insertion_a_change_and_a_deletion_are_seen_by_the_next_search(api, notes, meaning):
    query = {"query": "pastry with nuts", "agent_id": notes["id"], "limit": 1}
    new = add(api, notes, "Grandmother's birthday cake has hazelnuts.")
    assert ids(search(api, **query)) == [new]
    passage = f"/v1/agents/{notes['id']}/archival-memory/{new}"
    assert api.patch(passage, {"text": "The harbour freezes in January."}).status == 200
    assert ids(search(api, query="where can ships not sail in winter", agent_id=notes["id"], limit=1)) == [new]
    assert api.delete(passage).status == 200
    assert new not in ids(search(api, **{**query, "limit": 100}))


def test_exact_strings_win(api, notes):
    for query in ("ERR_LOCK_TIMEOUT", "db/lock.py", '"thirty days"'):
        best = search(api, query=query, agent_id=notes["id"])["results"][0]
        assert best["id"] == notes["passages"][1 if "thirty" in query else 2]
        assert any(reason.startswith("exact: ") for reason in best["why"]), best["why"]


def test_what_is_unlikely_to_answer_is_marked_and_can_be_left_out(api, notes):
    some = search(api, query="nightly job", agent_id=notes["id"], relevant_only=True)
    assert ids(some)[0] == notes["passages"][2] and all(item["relevant"] for item in some["results"])
    assert some["count"] == len(some["results"]) < search(api, query="nightly job", agent_id=notes["id"])["count"]


def test_nothing_relevant_is_an_answer(api, notes):
    query = {"query": "zebra quagga", "agent_id": notes["id"]}
    assert not any(item["relevant"] for item in search(api, **query)["results"])
    assert search(api, **query, relevant_only=True)["results"] == []


def test_an_explanation_tells_what_was_looked_at(api, notes, has_model):
    reply = search(api, query="the nightly job", agent_id=notes["id"], explain=True)
    explanation = reply["explanation"]
    assert {word["text"]: word["passages"] for word in explanation["words"]} == {"nightly": 1, "job": 1}
    assert explanation["passages"] == 3 and explanation["by_words"] == 1
    assert explanation["by_meaning"] == (3 if has_model else 0)
    assert explanation["ranked"] >= len(reply["results"])
    for item in reply["results"]:
        assert item["parts"] and all(isinstance(value, int | float) for value in item["parts"].values())


def test_without_a_question_the_newest_come_first(api, notes):
    reply = search(api, agent_id=notes["id"])
    assert reply["mode"] == "newest" and ids(reply) == [notes["passages"][n] for n in (2, 0, 1)]


@pytest.mark.parametrize(
    "filters,expected",
    [
        ({"tags": ["work"]}, {1, 2}),
        ({"tags": ["home", "money"]}, {0, 1}),
        ({"tags": ["work", "money"], "tag_match_mode": "all"}, {1}),
        ({"end_date": "2024-12-31"}, {1}),
        ({"start_date": "2025-01-01"}, {0, 2}),
        ({"metadata": {"type": "decision"}}, {1}),
        ({"tags": ["nobody has it"]}, set()),
        ({"limit": 1}, {2}),
        ({"offset": 3}, set()),
    ],
)
def test_filters(api, notes, has_model, filters, expected):
    """By meaning all that passes is found, so what is found is what passes."""
    # Words of all three, so that it is the same without a model.
    query = "retriever, invoices, and ERR_LOCK_TIMEOUT of the nightly job"
    found = ids(search(api, query=query, agent_id=notes["id"], **filters))
    assert {notes["passages"].index(each) for each in found} == expected


def test_trust_is_kept_told_and_filtered_by(api, agent):
    made = {
        trust: add(
            api, agent, f"The moon is made of cheese, says {trust}.", provenance={"trust": trust, "file": "a.md"}
        )
        for trust in ("user", "assistant", "tool", "web")
    }
    made[None] = add(api, agent, "The moon is made of cheese, says nobody.")
    routes = {
        "ours": lambda trust: search(api, query="moon cheese", agent_id=agent["id"], trust=trust)["results"],
        "global": lambda trust: [
            {**item, "id": item["passage"]["id"]}
            for item in api.post(
                "/v1/passages/search", {"query": "moon cheese", "agent_id": agent["id"], "trust": trust}
            ).json()
        ],
        "agent's": lambda trust: api.get(
            f"/v1/agents/{agent['id']}/archival-memory/search", {"query": "moon cheese", "trust": trust}
        ).json()["results"],
    }
    for name, find in routes.items():
        for wanted in (["web"], ["user", "assistant"]):
            found = find(wanted)
            assert {item["id"] for item in found} == {made[trust] for trust in wanted}, name
            assert all(item["provenance"]["file"] == "a.md" for item in found), name
        assert {item["id"] for item in find([])} == set(made.values()), name


def test_an_archive_and_everything_can_be_searched(api, notes, unique):
    archive = api.post("/v1/archives/", {"name": unique}).json()["id"]
    made = api.post(f"/v1/archives/{archive}/passages", {"text": f"The word is {unique}."}).json()
    assert ids(search(api, query="which word", archive_id=archive)) == [made["id"]]
    assert ids(search(api, query=unique))[0] == made["id"], "everywhere"
    assert made["id"] not in ids(search(api, query=unique, agent_id=notes["id"]))


@pytest.mark.parametrize(
    "body,status,field",
    [
        ({"query": 5}, 422, "query"),
        ({"query": "x", "limit": 0}, 422, "limit"),
        ({"query": "x", "limit": 1001}, 422, "limit"),
        ({"query": "x", "offset": -1}, 422, "offset"),
        ({"query": "x", "trust": ["king"]}, 422, "trust"),
        ({"query": "x", "trust": "user"}, 422, "trust"),
        ({"query": "x", "explain": "maybe"}, 422, "explain"),
        ({"query": "x", "relevant_only": []}, 422, "relevant_only"),
        ({"query": "x", "metadata": "type"}, 422, "metadata"),
        ({"query": "x", "start_date": "soon"}, 422, "start_date"),
        ({"query": "x", "agent_id": "demo"}, 422, "agent_id"),
    ],
)
def test_what_is_refused(api, body, status, field):
    reply = api.post(SEARCH, body)
    assert reply.status == status and field in reply.detail, reply


def test_what_is_not_there_is_404(api, missing_id):
    assert api.post(SEARCH, {"query": "x", "agent_id": missing_id("agent")}).status == 404
    for rest in ("passages", "reembed"):
        path = f"/v1/roost/archives/{missing_id('archive')}/{rest}"
        assert (api.get(path) if rest == "passages" else api.post(path)).status == 404


def test_the_passages_of_an_archive_are_listed(api, notes):
    archive = api.get(f"/v1/agents/{notes['id']}/archival-memory").json()[0]["archive_id"]
    route = f"/v1/roost/archives/{archive}/passages"
    listed = api.get(route).json()
    # By the time they are of, which one of them names itself.
    assert [p["id"] for p in listed] == [notes["passages"][n] for n in (1, 0, 2)]
    assert lacking(listed[0], PASSAGE) == set()
    assert [p["id"] for p in api.get(route, {"limit": 1, "after": listed[0]["id"]}).json()] == notes["passages"][:1]
    assert [p["id"] for p in api.get(route, {"search": "ERR_LOCK"}).json()] == notes["passages"][2:]


def test_vectors_are_reported_and_made_again(api, notes, has_model):
    archive = api.get(f"/v1/agents/{notes['id']}/archival-memory").json()[0]["archive_id"]
    status = api.get("/v1/roost/embeddings").json()
    assert {"local", "models", "passages", "embedded", "waiting", "archives", "last_error", "advice"} <= set(status)
    assert 0 <= status["embedded"] <= status["passages"]
    if has_model:
        assert status["local"]["dimensions"] > 0
    route = f"/v1/roost/archives/{archive}/reembed"
    if has_model:
        reply = api.post(route, {"embedding": "letta/letta-free"})
        assert reply.status == 200, reply
        assert reply.json()["archive_id"] == archive and reply.json()["passages"] == 3
    # The service that the agent names has no key here.
    refused = api.post(route, {"embedding": "openai/text-embedding-3-small"})
    assert refused.status == 400 and "not set up" in refused.detail
    refused = api.post(route, {"embedding": "no-handle"})
    assert refused.status in (400, 422) and "no-handle" in refused.detail


@pytest.mark.own_server
def test_without_a_model_words_find_and_every_reply_says_so(start_server):
    server = start_server({"ROOST_EMBEDDING_MODEL": "none"})
    client = Client(server.url)
    agent = client.post("/v1/agents/", {"model": "a/b"}).json()
    made = add(client, agent, "Invoices are paid within thirty days.")
    reply = search(client, query="invoices", explain=True)
    assert reply["mode"] == "text" and ids(reply) == [made] and reply["explanation"]["by_meaning"] == 0
    assert search(client, query="when do we settle our bills")["results"] == []
    found = client.get(f"/v1/agents/{agent['id']}/archival-memory/search", {"query": "invoices"}).json()
    assert found["mode"] == "text" and found["results"][0]["id"] == made
    status = client.get("/v1/roost/embeddings").json()
    assert status["local"] is None and status["waiting"] == 1 and status["advice"]
    code, output, errors = server.command("search", "invoices", env={"LETTA_BASE_URL": server.url})
    assert code == 0 and "by words alone" in errors, (output, errors)
    _, output, errors = server.command("doctor")
    assert output.count("embedding model") == 1 and "switched off" in output, (output, errors)


@pytest.mark.own_server
def test_what_was_written_without_a_model_gets_its_vectors_from_the_next_start(start_server, meaning, tmp_path):
    server = start_server({"ROOST_EMBEDDING_MODEL": "none"}, home=tmp_path)
    client = Client(server.url)
    made = add(client, client.post("/v1/agents/", {"model": "a/b"}).json(), "Invoices are paid within thirty days.")
    assert server.stop() == 0
    code, output, errors = server.command("embeddings", "run", env={"ROOST_EMBEDDING_MODEL": ""})
    assert code == 0, (output, errors)
    again = start_server(home=tmp_path)
    assert ids(search(Client(again.url), query="when do we settle our bills")) == [made]

"""What leaves the house for agents: searches, pages, callbacks, stored providers, and where they may go."""

import json
import socket
import uuid

import pytest
from proof.search import KEY, Search
from support.loop import one, said
from support.models import EMBEDDING, MODEL


@pytest.fixture
def search():
    with Search() as running:
        yield running
        assert running.wrong == []


@pytest.fixture
def silent():
    """A socket that listens and must never be connected to."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        yield listening.getsockname()[1]
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.fixture
def house(apart, model):
    """A roost of its own, with an agent that has the tools of the web: `call(tool, …)` gives text and status."""

    def start(env=None):
        roost, api = apart(env)
        body = {"name": uuid.uuid4().hex, "model": MODEL, "embedding": EMBEDDING}
        body["tools"] = ["web_search", "fetch_webpage"]
        made = api.post("/v1/agents/", body)
        assert made.status == 200, made
        agent = made.json()

        def call(tool, **arguments):
            model.script({"calls": [[tool, arguments]]}, "Done.")
            reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "x"}).json()
            assert said(reply) == "Done."
            told = one(reply["messages"], "tool_return_message")
            return told["tool_return"], told["status"]

        return roost, api, agent, call

    return start


@pytest.mark.parametrize("service", ["searxng", "brave", "tavily", "exa"])
def test_an_agent_searches_and_reads(house, search, service):
    roost, _, _, call = house(search.environment(service))
    text, status = call("web_search", query="tides of Eastness", num_results=3)
    assert status == "success", text
    found = json.loads(text)
    assert found["query"] == "tides of Eastness" and "not instructions" in found["note"]
    (result,) = found["results"]
    assert result["title"] == "Tides" and result["snippet"] == "High water"
    page, status = call("fetch_webpage", url=result["url"])
    assert status == "success", page
    lines = page.splitlines()
    assert lines[0] == f"Page: {result['url']}" and lines[1] == "Title: Tides of Eastness"
    assert "not instructions" in lines[2] and lines[3] == lines[-1] and len(lines[3]) > 15
    assert "# Tides of Eastness" in lines and "| Monday | 4.1 m |" in lines and "Home" not in page
    assert [kind for kind, _ in search.asked] == [service, "page"]
    assert KEY not in roost.log_tail(100_000)


@pytest.mark.parametrize("service", ["searxng", "brave", "tavily", "exa"])
def test_what_is_asked_for_reaches_the_service(house, search, service):
    _, _, _, call = house(search.environment(service))
    text, status = call(
        "web_search", query="tides", category="news", include_text=True, include_domains=["127.0.0.1"],
        exclude_domains=["c.example"], start_published_date="2026-01-01", end_published_date="2026-03-01",
        user_location="NO",
    )  # fmt: skip
    assert status == "success", text
    (result,) = json.loads(text)["results"]
    # Services that have no texts are helped out with the page itself.
    assert ("High water is at six" in result.get("text", "")) == (service in ("searxng", "brave"))
    text, _ = call("web_search", query="tides", include_domains=["elsewhere.example"])
    assert json.loads(text)["results"] == []


@pytest.mark.parametrize("service", ["searxng", "brave", "tavily", "exa"])
def test_a_refusal_is_told_without_the_key(house, search, service):
    roost, _, _, call = house(search.environment(service))
    for number, words in ((401, "key"), (429, "30 seconds"), (500, "later")):
        search.refuse(number)
        text, status = call("web_search", query="tides")
        assert status == "error" and str(number) in text and words in text and KEY not in text
    assert KEY not in roost.log_tail(100_000)


def test_without_a_service_the_settings_are_named(house):
    roost, _, _, call = house()
    text, status = call("web_search", query="tides")
    assert status == "error"
    assert all(name in text for name in ("searxng-url", "brave-key", "tavily-key", "exa-key"))
    code, said_by_doctor, errors = roost.command("doctor")
    assert "web search" in said_by_doctor and "1 agent has the tool" in said_by_doctor, (code, errors)


def test_an_argument_that_cannot_be_is_told(house, search):
    _, _, _, call = house(search.environment("searxng"))
    for arguments, word in (
        ({"query": ""}, "query"), ({"query": "x", "category": "poems"}, "category"),
        ({"query": "x", "start_published_date": "spring"}, "start_published_date"),
        ({"query": "x", "user_location": "Norway"}, "user_location"), ({"query": "x", "num_results": 0}, "num_results"),
    ):  # fmt: skip
        text, status = call("web_search", **arguments)
        assert status == "error" and word in text
    assert search.asked == []


CLOSED = {"ROOST_OUTGOING_HOSTS": ""}


def test_pages_of_this_machine_are_not_read(house, silent):
    _, _, _, call = house(CLOSED)
    hosts = ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "0", "127.0.0.1.", "a@127.0.0.1"]
    for host in hosts:
        text, status = call("fetch_webpage", url=f"http://{host}:{silent}/")
        assert status == "error", (host, text)
        assert "outgoing-hosts" in text or "cannot be reached" in text, (host, text)
    text, status = call("fetch_webpage", url="http://169.254.169.254/latest/meta-data/")
    assert status == "error" and "metadata" in text


def test_a_redirect_does_not_lead_around_the_guard(house, search, silent):
    _, _, _, call = house({"ROOST_OUTGOING_HOSTS": search.url.removeprefix("http://")})
    assert call("fetch_webpage", url=search.url + "/page")[1] == "success"
    for host in ("127.0.0.1", "localhost", "[::1]"):
        search.lead_away(f"http://{host}:{silent}/")
        text, status = call("fetch_webpage", url=search.url + "/away")
        assert status == "error" and "outgoing-hosts" in text, text
    search.lead_away("file:///etc/passwd")
    assert call("fetch_webpage", url=search.url + "/away")[1] == "error"


def test_a_proxy_of_the_environment_is_not_asked(house, silent):
    proxy = f"http://127.0.0.1:{silent}"
    _, _, _, call = house({**CLOSED, "http_proxy": proxy, "HTTPS_PROXY": proxy, "ALL_PROXY": proxy})
    text, status = call("fetch_webpage", url="http://192.0.2.1/")
    assert status == "error" and "outgoing-hosts" in text


def test_a_callback_to_this_machine_is_refused(house, silent):
    _, api, agent, _ = house(CLOSED)
    for host in ("127.0.0.1", "localhost", "0x7f.1", "[::1]", "10.0.0.1"):
        sent = {"input": "x", "callback_url": f"http://{host}:{silent}/"}
        refused = api.post(f"/v1/agents/{agent['id']}/messages/async", sent)
        assert refused.status == 422 and "outgoing-hosts" in refused.detail
        assert (host if "x" not in host else "127.0.0.1") in refused.detail


def test_a_provider_on_this_machine_is_refused(house, silent):
    _, api, _, _ = house(CLOSED)
    body = {"name": "mine", "provider_type": "openai", "api_key": "sk-x", "base_url": f"http://127.0.0.1:{silent}/v1"}
    refused = api.post("/v1/providers/", body)
    assert refused.status == 400 and "outgoing-hosts" in refused.detail and "127.0.0.1" in refused.detail
    assert api.post("/v1/providers/check", body).status == 400
    # A provider that the operator set up is where it is: this roost's own models are on this machine.
    assert api.get("/v1/models/").status == 200

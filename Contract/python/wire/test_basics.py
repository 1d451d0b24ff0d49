"""Health, the spellings of a path, and answers to what is not there."""

import pytest
from proof.client import Client


@pytest.mark.parametrize("path", ["/v1/health", "/v1/health/", "/health", "/latest/health/", "/v1/ready", "/v1/ready/"])
def test_health_and_readiness_answer_without_a_redirect(api, path):
    reply = api.get(path)
    assert reply.status == 200
    assert reply.json()["status"] == "ok"


def test_health_names_the_version(api):
    assert api.get("/v1/health/").json()["version"]


COLLECTIONS = ["/v1/agents", "/v1/blocks", "/v1/tools", "/v1/archives", "/v1/identities", "/v1/tags", "/v1/models"]


@pytest.mark.parametrize("path", COLLECTIONS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_spellings_of_a_collection_answer_directly(api, path, slash):
    reply = api.get(path + slash)
    assert reply.status == 200
    assert isinstance(reply.json(), list)


def test_both_spellings_of_an_item_answer_directly(api, agent):
    for path in (
        f"/v1/agents/{agent['id']}",
        f"/v1/agents/{agent['id']}/",
        f"/v1/agents/{agent['id']}/core-memory/blocks/",
    ):
        assert api.get(path).status == 200, path


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_post_needs_no_particular_slash(api, slash, unique):
    reply = api.post("/v1/blocks" + slash, {"label": unique, "value": "x"})
    assert reply.status == 200
    api.delete(f"/v1/blocks/{reply.json()['id']}")


@pytest.mark.parametrize("prefix", ["/v1", "/latest", "/v1/v1"])
def test_the_tree_is_there_under_every_prefix_that_clients_end_up_with(api, agent, prefix):
    reply = api.get(f"{prefix}/agents/{agent['id']}")
    assert reply.status == 200
    assert reply.json()["id"] == agent["id"]


def test_an_unknown_route_is_404_not_found(api):
    for path in ("/v1/nonsense", "/v1/agents/x/y/z/w", "/nonsense", "/v2/agents/"):
        reply = api.get(path)
        assert (reply.status, reply.json()) == (404, {"detail": "Not Found"}), path


def test_a_wrong_method_is_405_and_names_the_right_ones(api):
    reply = api.delete("/v1/agents/")
    assert reply.status == 405
    assert reply.detail
    assert "GET" in reply.headers["allow"] and "POST" in reply.headers["allow"]


def test_errors_and_answers_are_json(api, missing_id):
    for path in ("/v1/agents/", f"/v1/agents/{missing_id('agent')}", "/v1/nonsense"):
        assert api.get(path).headers["content-type"].startswith("application/json")


def test_head_answers_like_get_without_a_body(api):
    reply = api.request("HEAD", "/v1/health/")
    assert reply.status in (200, 405)
    assert reply.body == b""


def test_one_connection_serves_many_requests(server):
    client = Client(server.url)
    client.get("/v1/health/")
    first = client.connection
    for _ in range(50):
        assert client.get("/v1/health/").status == 200
    assert client.connection is first


def test_unknown_query_parameters_and_body_fields_are_ignored(api, unique):
    assert api.get("/v1/agents/", {"colour": "green", "limit": 1}).status == 200
    reply = api.post("/v1/blocks/", {"label": unique, "value": "x", "colour": "green"})
    assert reply.status == 200
    assert "colour" not in reply.json()
    api.delete(f"/v1/blocks/{reply.json()['id']}")

"""Statuses and texts of errors that clients match on."""

import pytest

ITEMS = [
    ("agent", "/v1/agents/{}"),
    ("agent", "/v1/agents/{}/export"),
    ("agent", "/v1/agents/{}/core-memory"),
    ("agent", "/v1/agents/{}/core-memory/blocks"),
    ("agent", "/v1/agents/{}/core-memory/blocks/human"),
    ("agent", "/v1/agents/{}/archival-memory"),
    ("agent", "/v1/agents/{}/archival-memory/search?query=x"),
    ("agent", "/v1/agents/{}/tools"),
    ("agent", "/v1/agents/{}/messages"),
    ("agent", "/v1/agents/{}/context"),
    ("block", "/v1/blocks/{}"),
    ("block", "/v1/blocks/{}/agents"),
    ("archive", "/v1/archives/{}"),
    ("archive", "/v1/archives/{}/agents"),
    ("identity", "/v1/identities/{}"),
    ("identity", "/v1/identities/{}/agents"),
    ("identity", "/v1/identities/{}/blocks"),
    ("tool", "/v1/tools/{}"),
]


@pytest.mark.parametrize("prefix,path", ITEMS)
def test_a_missing_object_is_404_and_named(api, missing_id, prefix, path):
    reply = api.get(path.format(missing_id(prefix)))
    assert reply.status == 404
    assert missing_id(prefix) in reply.detail


@pytest.mark.parametrize("prefix,path", ITEMS)
@pytest.mark.parametrize("form", ["{0}-123", "nonsense", "{0}-00000000-0000-1000-8000-000000000000", "{1}"])
def test_a_malformed_id_is_422_with_examples(api, missing_id, prefix, path, form):
    if prefix == "block" and form == "nonsense":
        return  # that is a label, and a label may stand where a block id does
    other = missing_id("tool" if prefix != "tool" else "agent")
    reply = api.get(path.format(form.format(prefix, other)))
    assert reply.status == 422
    body = reply.json()
    assert isinstance(body["detail"], str) and prefix in body["detail"]
    assert body["trace_id"] == ""
    assert any(example.startswith(prefix + "-") for example in body["examples"])


def test_the_words_for_missing_agents_and_blocks(api, agent, missing_id):
    gone = missing_id("agent")
    assert api.get(f"/v1/agents/{gone}").detail == f"Agent with ID {gone} not found"
    gone = missing_id("block")
    assert api.get(f"/v1/blocks/{gone}").detail == f"Block with id '{gone}' not found"
    reply = api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/nope")
    assert (reply.status, reply.detail) == (404, f"No block with label 'nope' found for agent '{agent['id']}'")


@pytest.mark.parametrize("path", ["/v1/agents/{}", "/v1/agents/{}/core-memory/blocks/human"])
def test_changing_a_missing_agent_is_404(api, missing_id, path):
    assert api.patch(path.format(missing_id("agent")), {"description": "x"}).status == 404


@pytest.mark.parametrize(
    "prefix,collection", [("agent", "agents"), ("block", "blocks"), ("archive", "archives"), ("identity", "identities")]
)
def test_deleting_twice_is_404_the_second_time(api, new_agent, unique, prefix, collection):
    bodies = {
        "agents": lambda: new_agent(),
        "blocks": lambda: api.post("/v1/blocks/", {"label": unique, "value": ""}).json(),
        "archives": lambda: api.post("/v1/archives/", {"name": unique}).json(),
        "identities": lambda: api.post(
            "/v1/identities/", {"identifier_key": unique, "name": "n", "identity_type": "user"}
        ).json(),
    }
    path = f"/v1/{collection}/{bodies[collection]()['id']}"
    assert api.delete(path).status in (200, 204)
    assert api.delete(path).status == 404
    assert api.get(path).status == 404


def test_validation_errors_name_the_field(api):
    for body, field in (
        ({"value": "x"}, "label"),
        ({"label": "x"}, "value"),
        ({"label": "x", "value": "x", "limit": "many"}, "limit"),
    ):
        reply = api.post("/v1/blocks/", body)
        assert reply.status == 422
        assert isinstance(reply.json()["detail"], str)
        assert field in reply.detail


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1,2", b'{"label": "x",}', b"nonsense", b'"text"', b"[]", b"null", b"\xff\xfe"]
)
def test_a_body_that_is_not_a_json_object_is_refused_with_words(api, body):
    reply = api.request("POST", "/v1/blocks/", body, {"Content-Type": "application/json"})
    assert reply.status in (400, 422)
    assert len(reply.detail) > 10


def test_no_model_and_no_default_is_the_documented_400(api, unique):
    reply = api.post("/v1/agents/", {"name": unique, "memory_blocks": []})
    assert reply.status == 400
    assert "Must specify either model or llm_config" in reply.detail


@pytest.mark.parametrize("handle", ["gpt-4o", "/", "openai/", "/gpt-4o"])
def test_a_model_handle_without_a_provider_is_refused(api, unique, handle):
    reply = api.post("/v1/agents/", {"name": unique, "model": handle, "memory_blocks": []})
    assert reply.status in (400, 422)
    assert "provider/model" in reply.detail


def test_an_acting_user_of_the_wrong_form_is_400(api):
    assert api.get("/v1/agents/", headers={"user_id": "nobody"}).status == 400
    assert api.get("/v1/agents/", headers={"user_id": "user-00000000-0000-4000-8000-000000000000"}).status == 200

"""Providers and the models they offer."""

import pytest
from support.asked import model as model_in
from support.loop import said
from support.shapes import is_id


@pytest.fixture
def added(api, model, unique):
    """A provider of one's own, at the model server's address."""
    body = {"name": unique, "provider_type": "openai", "api_key": "sk-of-theirs", "base_url": model.url + "/v1"}
    reply = api.post("/v1/providers/", body)
    assert reply.status == 200, reply
    yield reply.json()
    api.delete(f"/v1/providers/{reply.json()['id']}")


def test_create(added, unique):
    assert is_id(added["id"], "provider") and added["name"] == unique and added["provider_type"] == "openai"
    assert added["provider_category"] == "byok"


def test_the_key_is_not_given_away(api, added):
    shown = [added, api.get(f"/v1/providers/{added['id']}").json(), *api.get("/v1/providers/").json()]
    assert "sk-of-theirs" not in str(shown)


def test_agents_can_use_it(api, added, new_agent, send, model):
    agent = new_agent(model=f"{added['name']}/gpt-4o-mini")
    assert said(send(agent, "REPLY hi")) == "hi"
    request = model.last_request()
    assert model_in(request) == "gpt-4o-mini" and request["headers"]["authorization"] == "Bearer sk-of-theirs"


def test_its_models_are_listed(api, added):
    handles = [m["handle"] for m in api.get("/v1/models/").json()]
    assert f"{added['name']}/gpt-4o-mini" in handles
    only = api.get("/v1/models/", {"provider_name": added["name"]}).json()
    assert only and all(m["handle"].startswith(added["name"] + "/") for m in only)


def test_list_and_filter(api, added, unique):
    assert [p["id"] for p in api.get("/v1/providers/", {"name": unique}).json()] == [added["id"]]
    assert added["id"] in [p["id"] for p in api.get("/v1/providers/", {"provider_type": "openai"}).json()]
    assert added["id"] not in [p["id"] for p in api.get("/v1/providers/", {"provider_type": "anthropic"}).json()]


def test_modify(api, added, new_agent, send, model):
    reply = api.patch(f"/v1/providers/{added['id']}", {"api_key": "sk-new"})
    assert reply.status == 200, reply
    send(new_agent(model=f"{added['name']}/gpt-4o"), "hi")
    assert model.last_request()["headers"]["authorization"] == "Bearer sk-new"


def test_delete(api, added):
    reply = api.delete(f"/v1/providers/{added['id']}")
    assert reply.status == 200 and added["id"] in reply.json()["message"]
    assert api.get(f"/v1/providers/{added['id']}").status == 404


def test_check(api, added, model):
    body = {"provider_type": "openai", "api_key": "sk-right", "base_url": model.url + "/v1"}
    model.settings(keys=["sk-right"])
    assert api.post("/v1/providers/check", body).status == 200
    assert api.post("/v1/providers/check", {**body, "api_key": "sk-wrong"}).status == 401
    assert api.post(f"/v1/providers/{added['id']}/check").status == 401
    model.settings(keys=None)
    assert api.post(f"/v1/providers/{added['id']}/check").status == 200


def test_refresh(api, added, model):
    model.settings(models={"openai": ["brand-new"]})
    assert api.patch(f"/v1/providers/{added['id']}/refresh").status == 200
    assert f"{added['name']}/brand-new" in [m["handle"] for m in api.get("/v1/models/").json()]


def test_names_are_unique(api, added, unique):
    body = {"name": unique, "provider_type": "openai", "api_key": "x"}
    assert api.post("/v1/providers/", body).status in (400, 409)


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": "x", "provider_type": "wizardry", "api_key": "k"}])
def test_what_is_no_provider(api, body):
    assert api.post("/v1/providers/", body).status == 422


class TestModels:
    def test_models_of_all_providers(self, api):
        listed = {m["handle"]: m for m in api.get("/v1/models/").json()}
        for handle in ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5-20250929", "google_ai/gemini-2.5-flash"):
            found = listed[handle]
            assert found["name"] and found["provider_type"] and found["model_type"] == "llm"
            assert found["max_context_window"] > 0
        assert listed["google_ai/gemini-2.5-flash"]["max_context_window"] == 1_048_576
        assert not any("embedding" in handle for handle in listed)

    def test_filters(self, api):
        found = api.get("/v1/models/", {"provider_type": "anthropic"}).json()
        assert found and {m["provider_type"] for m in found} == {"anthropic"}

    def test_embedding_models(self, api):
        listed = {m["handle"]: m for m in api.get("/v1/models/embedding").json()}
        assert listed["openai/text-embedding-3-small"]["embedding_dim"] == 1536

    def test_a_provider_that_is_down_hides_no_other(self, api, model):
        model.fail_listings({"kind": "server_error"})
        listed = {m["provider_type"] for m in api.get("/v1/models/").json()}
        assert len(listed & {"openai", "anthropic", "google_ai"}) >= 2

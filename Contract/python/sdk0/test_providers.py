"""Stored providers with letta-client 0.1.x. None of them can be reached: nothing listens at port 9."""

import pytest
from letta_client.core.api_error import ApiError

NOWHERE = "http://127.0.0.1:9/v1"


def status(call, *arguments, **named):
    with pytest.raises(ApiError) as caught:
        call(*arguments, **named)
    return caught.value.status_code


@pytest.fixture
def provider(client, unique):
    made = client.providers.create(name=unique, provider_type="openai", api_key=f"sk-{unique}", base_url=NOWHERE)
    yield made
    if made.id in [p.id for p in client.providers.list(name=unique)]:
        client.providers.delete(made.id)


def test_a_provider_is_stored_without_showing_its_key(client, provider, unique):
    assert (provider.name, provider.provider_type, provider.provider_category) == (unique, "openai", "byok")
    assert provider.base_url == NOWHERE and provider.updated_at and not provider.last_synced
    found = client.providers.retrieve_provider(provider.id)
    assert found == provider
    assert f"sk-{unique}" not in found.json()
    assert [p.id for p in client.providers.list(name=unique)] == [provider.id]
    assert provider.id in [p.id for p in client.providers.list(provider_type="openai", limit=1000)]
    assert provider.id not in [p.id for p in client.providers.list(provider_type="groq", limit=1000)]


def test_a_name_is_taken_once(client, provider):
    again = {"name": provider.name, "provider_type": "openai", "api_key": "x", "base_url": NOWHERE}
    assert status(client.providers.create, **again) == 409


def test_a_provider_is_changed_and_deleted(client, provider, missing_id):
    changed = client.providers.modify(provider.id, api_key="sk-second", base_url=NOWHERE + "/b", region="eu")
    assert (changed.id, changed.base_url, changed.region) == (provider.id, NOWHERE + "/b", "eu")
    assert client.providers.retrieve_provider(provider.id).region == "eu"
    client.providers.delete(provider.id)
    assert status(client.providers.retrieve_provider, provider.id) == 404
    assert status(client.providers.modify, provider.id, api_key="x") == 404
    assert status(client.providers.delete, missing_id("provider")) == 404


def test_what_cannot_be_reached_does_not_pass_the_check(client):
    assert status(client.providers.check, provider_type="openai", api_key="x", base_url=NOWHERE) >= 400
    assert status(client.providers.check, provider_type="bedrock", api_key="x") == 400


def test_models_are_listed_by_provider_and_category(client, provider):
    everything = client.models.list()
    assert all(m.handle and m.model and m.context_window > 0 for m in everything)
    assert client.models.list(provider_name=provider.name) == []
    stored = [m.handle for m in client.models.list(provider_category=["byok"])]
    base = [m.handle for m in client.models.list(provider_category=["base"])]
    assert sorted(stored + base) == sorted(m.handle for m in everything)

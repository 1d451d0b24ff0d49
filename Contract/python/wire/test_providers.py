"""Stored providers over plain HTTP: keys that are shown nowhere, what is refused, and a provider that answers."""

import http.server
import json
import os
import stat
import threading

import pytest
from proof.client import Client
from support.shapes import is_id, is_time, lacking

PROVIDER = set(
    "id name provider_type provider_category api_key base_url access_key region api_version updated_at last_synced "
    "api_key_enc access_key_enc".split()
)
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def stored(api):
    made = []

    def store(name, **more):
        body = {"name": name, "provider_type": "openai", "api_key": f"sk-{name}", "base_url": NOWHERE, **more}
        reply = api.post("/v1/providers/", body)
        if reply.status == 200:
            made.append(reply.json()["id"])
        return reply

    yield store
    for provider in made:
        api.delete(f"/v1/providers/{provider}")


def test_every_member_is_there_and_no_key(api, stored, unique):
    reply = stored(unique, access_key=f"ak-{unique}", region="eu", api_version="v1")
    made = reply.json()
    assert reply.status == 200 and not lacking(made, PROVIDER)
    assert is_id(made["id"], "provider") and is_time(made["updated_at"])
    assert made["has_api_key"] is True and made["last_synced"] is None and made["sync_error"]
    for answer in (reply, api.get(f"/v1/providers/{made['id']}"), api.get("/v1/providers/")):
        assert f"sk-{unique}" not in answer.body.decode() and f"ak-{unique}" not in answer.body.decode()


def test_keys_are_in_no_file_and_in_no_log(server, stored, unique):
    assert stored(unique, access_key=f"ak-{unique}").status == 200
    key_file = server.home / "encryption.key"
    assert stat.S_IMODE(os.stat(key_file).st_mode) == 0o600
    for path in [p for p in server.home.rglob("*") if p.is_file()]:
        assert f"sk-{unique}".encode() not in path.read_bytes(), path
        assert f"ak-{unique}".encode() not in path.read_bytes(), path


def test_what_is_refused_says_why(api, stored, unique):
    for body, word in [
        ({"provider_type": "bedrock"}, "gateway"),
        ({"provider_type": "ollama", "base_url": None}, "base_url"),
        ({"base_url": "ftp://x"}, "http"),
        ({"base_url": "http://me:pw@example.org"}, "api_key"),
    ]:
        reply = stored(unique, **body)
        assert reply.status == 400 and word in reply.detail
    assert stored("a/b").status == 400
    assert stored(unique, provider_type="nobody").status == 422
    assert api.get("/v1/providers/provider-1").status == 422


def test_a_new_address_needs_the_key_again(api, stored, unique):
    made = stored(unique).json()
    moved = api.patch(f"/v1/providers/{made['id']}", {"base_url": "http://127.0.0.1:9/other"})
    assert moved.status == 400 and "api_key" in moved.detail


@pytest.mark.own_server
def test_a_lost_key_file_is_named_and_a_restored_one_opens(start_server, unique):
    roost = start_server()
    api = Client(roost.url)
    body = {"name": unique, "provider_type": "openai", "api_key": "sk-1", "base_url": NOWHERE}
    made = api.post("/v1/providers/", body).json()
    key_file = roost.home / "encryption.key"
    key = key_file.read_bytes()
    roost.stop()
    key_file.unlink()
    roost.start()
    api = Client(roost.url)
    reply = api.post(f"/v1/providers/{made['id']}/check")
    assert reply.status == 503 and "encryption.key" in reply.detail and "ROOST_ENCRYPTION_KEY" in reply.detail
    assert not key_file.exists()
    code, out, _ = roost.command("doctor")
    assert code == 1 and "encryption.key" in out
    key_file.write_bytes(key)
    key_file.chmod(0o644)
    assert "chmod 600" in api.post(f"/v1/providers/{made['id']}/check").detail
    key_file.chmod(0o600)
    # The key opens; that nothing listens there is another matter.
    assert "encryption" not in api.post(f"/v1/providers/{made['id']}/check").detail


class Service(http.server.BaseHTTPRequestHandler):
    """A service of OpenAI's form that knows one key."""

    def do_GET(self):
        is_known = self.headers.get("authorization") == "Bearer sk-good"
        listed = {"object": "list", "data": [{"id": "gpt-5", "object": "model"}, {"id": "tiny", "object": "model"}]}
        refusal = {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}
        body = json.dumps(listed if is_known else refusal).encode()
        self.send_response(200 if is_known else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service(api):
    """The address of a service, where the server under test can ask services at all."""
    probe = {"provider_type": "openai", "api_key": "x", "base_url": NOWHERE}
    if "does not call models" in api.post("/v1/providers/check", probe).detail:
        pytest.skip("this build asks no chat models")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}/v1"
        running.shutdown()


def test_a_provider_that_answers(api, stored, service, unique):
    assert stored(unique, base_url=service, api_key="sk-bad").status == 401
    made = stored(unique, base_url=service, api_key="sk-good").json()
    assert is_time(made["last_synced"]) and made["sync_error"] is None
    assert api.post(f"/v1/providers/{made['id']}/check").status == 200
    assert api.patch(f"/v1/providers/{made['id']}/refresh").status == 200
    models = api.get("/v1/models/", {"provider_name": unique}).json()
    assert [m["handle"] for m in models] == [f"{unique}/gpt-5", f"{unique}/tiny"]
    assert all(m["provider_category"] == "byok" and m["provider_type"] == "openai" for m in models)
    assert api.patch(f"/v1/providers/{made['id']}", {"api_key": "sk-bad"}).status == 401
    check = {"provider_type": "openai", "base_url": service}
    assert api.post("/v1/providers/check", {**check, "api_key": "sk-good"}).status == 200
    assert api.post("/v1/providers/check", {**check, "api_key": "sk-bad"}).status == 401

"""Who gets in, with which header, and what stays open."""

import pytest
from proof.client import Client

pytestmark = pytest.mark.own_server
SECRET = "correct horse battery staple"


@pytest.fixture(scope="module")
def guarded():
    from proof.server import Server

    with Server(env={"LETTA_SERVER_PASSWORD": SECRET}) as roost:
        guarded = Client(roost.url)
        guarded.server = roost
        yield guarded


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": SECRET},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": f"Bearer {SECRET} "[:-2]},
        {"Authorization": f"Bearer {SECRET}x"},
        {"X-BARE-PASSWORD": SECRET},
        {"X-BARE-PASSWORD": "password wrong"},
    ],
)
def test_without_the_password_everything_is_401_unauthorized(guarded, headers):
    for method, path in (
        ("GET", "/v1/agents/"),
        ("POST", "/v1/blocks/"),
        ("GET", "/v1/nonsense"),
        ("GET", "/latest/agents/"),
    ):
        reply = guarded.request(method, path, headers=headers)
        assert (reply.status, reply.json()) == (401, {"detail": "Unauthorized"}), (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {SECRET}"},
        {"authorization": f"Bearer {SECRET}"},
        {"X-BARE-PASSWORD": f"password {SECRET}"},
    ],
)
def test_the_password_opens_the_door_in_both_headers(guarded, headers):
    assert guarded.get("/v1/agents/", headers=headers).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/health",
        "/v1/health/",
        "/latest/health/",
        "/v1/ready",
        "/v1/ready/",
        "/latest/ready",
        "/latest/ready/",
        "/health",
    ],
)
def test_health_and_readiness_need_no_password(guarded, path):
    assert guarded.get(path).status == 200


def test_the_other_names_of_the_password_work_too(start_server):
    roost = start_server({"ROOST_PASSWORD": "from roost", "LETTA_SERVER_PASSWORD": "from letta"})
    client = Client(roost.url)
    assert client.get("/v1/agents/", headers={"Authorization": "Bearer from roost"}).status == 200
    assert client.get("/v1/agents/", headers={"Authorization": "Bearer from letta"}).status == 401


def test_an_unexpanded_variable_is_no_password(start_server):
    roost = start_server({"LETTA_SERVER_PASSWORD": "${LETTA_SERVER_PASSWORD}"})
    assert Client(roost.url).get("/v1/agents/").status == 200


def test_secure_without_a_password_makes_one_and_prints_it_once(start_server):
    roost = start_server({"SECURE": "true"})
    assert Client(roost.url).get("/v1/agents/").status == 401
    kept = [p for p in roost.home.rglob("*") if p.is_file() and p.name != "serve.log" and p.stat().st_size < 500]
    words = {word for path in kept for word in path.read_text(errors="replace").split()}
    opened = [
        w for w in words if Client(roost.url).get("/v1/agents/", headers={"Authorization": f"Bearer {w}"}).status == 200
    ]
    assert len(opened) == 1, f"no file in {roost.home} holds the generated password"
    assert roost.log.read_text().count(opened[0]) == 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept if opened[0] in path.read_text(errors="replace"))


def test_the_password_never_reaches_the_log(guarded):
    guarded.get("/v1/agents/", headers={"Authorization": f"Bearer {SECRET}"})
    guarded.get("/v1/agents/", headers={"Authorization": "Bearer almost-" + SECRET})
    assert guarded.server.log.stat().st_size > 0
    assert SECRET not in guarded.server.log.read_text()


def test_without_a_password_only_loopback_is_bound(server, tmp_path):
    code, out, errors = server.command(
        "serve", "--host", "0.0.0.0", "--port", "0", env={"ROOST_HOME": str(tmp_path)}, timeout=15
    )
    assert code != 0
    assert "PASSWORD" in (out + errors)

"""Metrics, the OpenAPI document, compression, foreign origins, limits, the change feed."""

import gzip
import http.client
import json
import re
import socket
import threading

import pytest
from proof.client import Client

POST = b"POST /v1/blocks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def metrics(api):
    reply = api.get("/metrics")
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/plain")
    return reply.body.decode()


NAMES = [
    "http_requests_total",
    "http_request_duration_seconds_bucket",
    "http_request_duration_seconds_sum",
    "letta_memory_operations_total",
    "letta_database_errors_total",
    "letta_agents_total",
    "letta_archival_passages_total",
]


@pytest.mark.parametrize("name", NAMES)
def test_metrics_are_there(api, agent, name):
    api.post(f"/v1/agents/{agent['id']}/archival-memory", {"text": "counted"})
    text = metrics(api)
    assert re.search(rf"^# TYPE {name.removesuffix('_bucket').removesuffix('_sum')} ", text, re.M)


def test_requests_are_counted_by_route_template(api, agent):
    api.get(f"/v1/agents/{agent['id']}")
    text = metrics(api)
    assert re.search(
        r'^http_requests_total\{[^}]*path="/v1/agents/\{agent_id\}"[^}]*status="200"[^}]*\} \d+', text, re.M
    )
    assert agent["id"] not in text


def test_unknown_paths_do_not_grow_the_metrics(api, unique):
    for n in range(20):
        api.get(f"/v1/{unique}{n}")
    assert unique not in metrics(api)


def test_gauges_follow_the_database(api, new_agent):
    def value(name):
        return int(float(re.search(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+]+)", metrics(api), re.M).group(1)))

    agents, passages = value("letta_agents_total"), value("letta_archival_passages_total")
    made = new_agent()
    api.post(f"/v1/agents/{made['id']}/archival-memory", {"text": "counted"})
    assert value("letta_agents_total") == agents + 1
    assert value("letta_archival_passages_total") == passages + 1


def test_the_document_is_valid_enough_to_build_on(api):
    document = api.get("/openapi.json").json()
    assert document["openapi"].startswith("3.")
    text = json.dumps(document)
    for reference in set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text)):
        assert reference in document["components"]["schemas"], reference
    for path, operations in document["paths"].items():
        names = set(re.findall(r"\{(\w+)\}", path))
        for method, operation in operations.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            assert operation["responses"], (method, path)
            described = {
                p["name"] for p in operation.get("parameters", operations.get("parameters", [])) if p["in"] == "path"
            }
            assert names <= described, (method, path)


@pytest.mark.own_server
def test_large_answers_are_compressed_on_request(start_server):
    client = Client(start_server({"ROOST_COMPRESSION": "always"}).url)
    client.post("/v1/agents/", {"name": "large", "model": "a/b", "description": "x" * 20_000})
    plain = client.get("/v1/agents/")
    packed = client.get("/v1/agents/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert "content-encoding" not in client.get("/v1/health/", headers={"Accept-Encoding": "gzip"}).headers


def test_on_the_same_machine_nothing_is_compressed_by_default(api):
    assert "content-encoding" not in api.get("/openapi.json", headers={"Accept-Encoding": "gzip"}).headers


def test_foreign_origins_get_no_permission(api):
    for method in ("GET", "OPTIONS"):
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        reply = api.request(method, "/v1/agents/", headers=headers)
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8283", "127.0.0.1.evil.example", "169.254.169.254"])
def test_a_foreign_host_header_is_refused_on_loopback(api, host):
    reply = api.get("/v1/agents/", headers={"Host": host})
    assert 400 <= reply.status < 500
    assert reply.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:9999", "[::1]:8283"])
def test_names_of_this_machine_are_fine(api, host):
    assert api.get("/v1/agents/", headers={"Host": host}).status == 200


def test_every_answer_carries_a_request_id(api):
    ids = {api.get("/v1/health/").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_the_log_has_no_content(server, api, new_agent, unique):
    new_agent(name=unique, memory_blocks=[{"label": "human", "value": unique}])
    api.get("/v1/agents/", {"query_text": unique})
    api.post("/v1/blocks/", {"label": unique, "value": unique, "limit": 1})
    lines = server.log.read_text().splitlines()
    assert lines and not [line for line in lines if unique in line]
    for line in lines:
        if line.startswith("{"):
            json.loads(line)


def test_a_body_over_the_limit_is_413_before_it_is_sent(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(POST + b"Content-Length: 60000000\r\n\r\n")
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_chunked_body_over_the_limit_is_413(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    chunk = b"x" * 1_000_000

    def body():
        yield b'{"label": "x", "value": "'
        for _ in range(60):
            yield chunk

    try:
        connection.request("POST", "/v1/blocks/", body(), {"Content-Type": "application/json"}, encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused while we were still sending: the answer is waiting
    assert connection.getresponse().status == 413


def test_a_chunked_upload_is_taken(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    parts = iter([b'{"label": "chu', b'nked", "value":', b' "v"}'])
    connection.request("POST", "/v1/blocks/", parts, {"Content-Type": "application/json"}, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["label"] == "chunked"


def test_expect_100_continue_is_answered(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        body = b'{"label": "e", "value": "v"}'
        raw.sendall(POST + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert raw.recv(4096).startswith(b"HTTP/1.1 100")
        raw.sendall(body)
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_in_order(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        paths = ["/v1/health/", "/v1/nonsense", "/v1/tags/", "/v1/health/"]
        for n, path in enumerate(paths):
            last = b"Connection: close\r\n" if n == len(paths) - 1 else b""
            raw.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n" + last + b"\r\n")
        received = b""
        while block := raw.recv(65536):
            received += block
    assert [int(s) for s in re.findall(rb"HTTP/1\.1 (\d+)", received)] == [200, 404, 200, 200]


def read_events(url, headers, wanted, seconds=5.0):
    """Lines of the change feed until one of them holds `wanted`."""
    client = Client(url, timeout=seconds)
    connection = http.client.HTTPConnection(client.host, client.port, timeout=seconds)
    connection.request("GET", "/v1/roost/events", headers={"Accept": "text/event-stream", **headers})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("content-type").startswith("text/event-stream")
    lines = []
    try:
        while line := answer.readline():
            lines.append(line.decode().rstrip("\r\n"))
            if wanted in lines[-1]:
                lines += [answer.readline().decode().rstrip("\r\n") for _ in range(2)]
                break
    except TimeoutError:
        pass
    finally:
        connection.close()
    return lines


def test_the_change_feed_tells_of_new_and_changed_memory(server, api, agent, unique):
    found = {}

    def listen():
        found["lines"] = read_events(server.url, {}, f"last-{unique}", 8)

    listener = threading.Thread(target=listen)
    listener.start()
    import time

    time.sleep(0.5)
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    api.patch(f"/v1/blocks/{block['id']}", {"value": "w"})
    passage = api.post(f"/v1/agents/{agent['id']}/archival-memory", {"text": unique}).json()[0]
    last = api.post("/v1/agents/", {"name": f"last-{unique}", "model": "a/b"}).json()
    listener.join(1)
    if listener.is_alive():
        listener.join(8)
    text = "\n".join(found["lines"])
    for thing in (block["id"], passage["id"]):
        assert thing in text, thing
    assert last["id"] in text or f"last-{unique}" in text
    api.delete(f"/v1/agents/{last['id']}")


def test_the_change_feed_goes_on_from_a_cursor(server, api, unique):
    first = api.post("/v1/blocks/", {"label": unique, "value": "1"}).json()
    lines = read_events(server.url, {"Last-Event-ID": "0"}, first["id"])
    cursors = [line.removeprefix("id:").strip() for line in lines if line.startswith("id:")]
    assert cursors and any(first["id"] in line for line in lines)
    second = api.post("/v1/blocks/", {"label": unique, "value": "2"}).json()
    rest = "\n".join(read_events(server.url, {"Last-Event-ID": cursors[-1]}, second["id"]))
    assert second["id"] in rest and first["id"] not in rest

"""`/v1/mcp-servers/…` and `/v1/tools/mcp/…` over official MCP servers, both generations, every transport."""

import subprocess

import pytest
from support.mcp_places import GENERATIONS, TRANSPORTS, over_http, place, stdio

NAMES = ["add", "fail", "shelf", "variable", "wait"]


@pytest.fixture
def register(api, unique):
    """`register(config)`: the registered server; deleted afterwards."""
    made = []

    def create(config, name=None, status=200):
        reply = api.post("/v1/mcp-servers/", {"server_name": name or unique, "config": config})
        assert reply.status == status, reply
        if status == 200:
            made.append(reply.json()["id"])
        return reply.json()

    yield create
    for server in made:
        api.delete(f"/v1/mcp-servers/{server}")


@pytest.fixture
def tools(api):
    def get(server):
        reply = api.get(f"/v1/mcp-servers/{server['id']}/tools")
        assert reply.status == 200, reply
        return {tool["name"]: tool for tool in reply.json()}

    return get


@pytest.fixture
def run(api, tools):
    def call(server, tool, /, **arguments):
        tool = tools(server)[tool]
        reply = api.post(f"/v1/mcp-servers/{server['id']}/tools/{tool['id']}/run", {"args": arguments})
        assert reply.status == 200, reply
        return reply.json()["status"], reply.json()["func_return"]

    return call


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_transport_of_every_generation(register, tools, run, transport, generation):
    with place(transport, generation) as config:
        server = register(config)
        assert server["sync_error"] is None and server["mcp_server_type"] == transport
        found = tools(server)
        assert sorted(found) == NAMES
        tool = found["add"]
        assert tool["tool_type"] == "external_mcp" and tool["tags"] == [f"mcp:{server['server_name']}"]
        assert tool["json_schema"]["parameters"]["required"] == ["a"]
        assert run(server, "add", a=3) == ("success", "5")
        status, text = run(server, "shelf", book="Emil", options={"x": 1})
        assert status == "success" and "Emil stands on shelf 7." in text
        status, text = run(server, "fail", why="no key")
        assert status == "error" and "Error executing tool fail" in text
        status, text = run(server, "add", a="many")
        assert status == "error" and "a" in text
        assert run(server, "wait", seconds=0.3) == ("success", "waited")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_refresh_says_what_changed(api, register, tools, tmp_path, transport):
    from proof.server import free_port

    state, port = tmp_path / "state", free_port()

    def refreshed(server, word):
        """What a refresh says after the server was started again with other tools."""
        state.write_text(word)
        if transport == "stdio":
            # The connection is kept; a change of the configuration lets go of it.
            config = stdio(SERVED_TOOLS=state)
            assert api.patch(f"/v1/mcp-servers/{server['id']}", {"config": config}).status == 200
            return api.patch(f"/v1/mcp-servers/{server['id']}/refresh").json()
        with over_http(transport, port=port, SERVED_TOOLS=state):
            return api.patch(f"/v1/mcp-servers/{server['id']}/refresh").json()

    if transport == "stdio":
        server = register(stdio(SERVED_TOOLS=state))
    else:
        with over_http(transport, port=port, SERVED_TOOLS=state) as config:
            server = register(config)
    kept = tools(server)["add"]["id"]
    assert refreshed(server, "more") == {"added": ["extra"], "updated": [], "deleted": []}
    assert refreshed(server, "less") == {"added": [], "updated": [], "deleted": ["extra", "shelf"]}
    assert refreshed(server, "other") == {"added": ["shelf"], "updated": ["add"], "deleted": []}
    assert tools(server)["add"]["description"] == "Adds two whole numbers."
    assert tools(server)["add"]["id"] == kept


def test_one_process_serves_all_calls_and_ends_with_the_server(api, register, run, unique):
    def processes():
        found = subprocess.run(["pgrep", "-f", unique], capture_output=True, text=True)
        return found.stdout.split()

    config = stdio()
    config["args"] += ["0", unique]  # found by its command line
    server = register(config)
    for number in range(3):
        assert run(server, "add", a=number)[1] == str(number + 2)
    assert len(processes()) == 1
    assert api.delete(f"/v1/mcp-servers/{server['id']}").status == 204
    assert processes() == []


def test_variables_and_secrets(api, register, run, new_agent):
    config = stdio(PLAIN="a plain value", MY_KEY="topsecret-17", TEMPLATE="{{ WORD | nobody }}")
    server = register(config)
    assert server["env"] == {"PLAIN": "********", "MY_KEY": "********", "TEMPLATE": "********"}
    assert run(server, "variable", name="PLAIN") == ("success", "a plain value")
    assert "topsecret" not in run(server, "variable", name="MY_KEY")[1], "a key is not shown in a result"
    assert run(server, "variable", name="TEMPLATE") == ("success", "nobody")
    assert run(server, "variable", name="ROOST_HOME") == ("success", "unset")
    for reply in (api.get("/v1/mcp-servers/"), api.get(f"/v1/mcp-servers/{server['id']}")):
        assert b"topsecret" not in reply.body


def test_a_server_that_is_not_there(api, register, unique):
    for config in (
        {"mcp_server_type": "streamable_http", "server_url": "http://127.0.0.1:1/mcp"},
        {"mcp_server_type": "sse", "server_url": "http://127.0.0.1:1/sse"},
        {"mcp_server_type": "stdio", "command": "no-such-program", "args": []},
        {"mcp_server_type": "stdio", "command": "false", "args": []},
    ):
        server = register(config, name=f"{unique}-{len(str(config))}")
        assert server["sync_error"]
        refused = api.patch(f"/v1/mcp-servers/{server['id']}/refresh")
        assert refused.status == 502 and refused.json()["error"]["type"] == "mcp_connection_error"
        assert api.get(f"/v1/mcp-servers/{server['id']}/tools").json() == []


def test_the_wrong_transport_says_so(register):
    with over_http("streamable_http") as config:
        wrong = register({**config, "mcp_server_type": "sse"})
    assert "streamable_http" in wrong["sync_error"] or "stream of events" in wrong["sync_error"]


def test_the_older_routes(api, unique):
    config = stdio()
    flat = {"server_name": unique, "type": "stdio", "command": config["command"], "args": config["args"]}
    tested = api.post("/v1/tools/mcp/servers/test", flat)
    assert tested.status == 200 and tested.json()["status"] == "success"
    assert sorted(tool["name"] for tool in tested.json()["tools"]) == NAMES
    events = api.post("/v1/tools/mcp/servers/connect", flat)
    assert b'"event":"connection_attempt"' in events.body and b'"event":"success"' in events.body
    added = api.put("/v1/tools/mcp/servers", flat)
    assert added.status == 200 and unique in [server["server_name"] for server in added.json()]
    assert api.put("/v1/tools/mcp/servers", flat).status == 409
    try:
        assert api.get("/v1/tools/mcp/servers").json()[unique]["command"] == config["command"]
        offered = api.get(f"/v1/tools/mcp/servers/{unique}/tools").json()
        assert all(tool["health"]["status"] in ("STRICT_COMPLIANT", "NON_STRICT_ONLY") for tool in offered)
        assert api.post(f"/v1/tools/mcp/servers/{unique}/add").json()["tool_type"] == "external_mcp"
        ran = api.post(f"/v1/tools/mcp/servers/{unique}/tools/add/execute", {"args": {"a": 1, "b": 1}})
        assert ran.json() == {"result": "2", "success": True}
        assert api.post(f"/v1/tools/mcp/servers/{unique}/resync").json() == {"added": [], "updated": [], "deleted": []}
        changed = api.patch(f"/v1/tools/mcp/servers/{unique}", {"stdio_config": {**flat, "args": ["x"]}})
        assert changed.json()["args"] == ["x"]
    finally:
        left = api.delete(f"/v1/tools/mcp/servers/{unique}")
    assert unique not in [server["server_name"] for server in left.json()]
    assert api.get(f"/v1/tools/mcp/servers/{unique}/tools").status == 404


def test_programs_may_be_refused(start_server):
    from proof.client import Client

    roost = start_server({"ROOST_MCP_STDIO": "refused"})
    refused = Client(roost.url).post("/v1/mcp-servers/", {"server_name": "x", "config": stdio()})
    assert refused.status == 400 and "mcp-stdio" in refused.json()["detail"]

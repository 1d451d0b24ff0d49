"""`client.mcp_servers` of letta-client 1.x over official MCP servers."""

import letta_client
import pytest
from support.mcp_places import over_http, place, stdio


@pytest.fixture
def register(client, unique):
    made = []

    def create(config, name=None):
        server = client.mcp_servers.create(server_name=name or unique, config=config)
        made.append(server.id)
        return server

    yield create
    for server in made:
        try:
            client.mcp_servers.delete(server)
        except letta_client.NotFoundError:
            pass


def named(client, server, name):
    return next(tool for tool in client.mcp_servers.tools.list(server.id) if tool.name == name)


@pytest.mark.parametrize("transport", ["stdio", "sse", "streamable_http"])
def test_register_list_run_delete(client, register, unique, transport):
    with place(transport, "2.3.0") as config:
        server = register(config)
        assert server.server_name == unique and server.mcp_server_type == transport
        assert client.mcp_servers.retrieve(server.id).id == server.id
        assert server.id in [each.id for each in client.mcp_servers.list()]
        tool = named(client, server, "add")
        assert tool.tool_type == "external_mcp"
        assert client.mcp_servers.tools.retrieve(tool.id, mcp_server_id=server.id).name == "add"
        ran = client.mcp_servers.tools.run(tool.id, mcp_server_id=server.id, args={"a": 40})
        assert (ran.status, ran.func_return) == ("success", "42")
        failing = named(client, server, "fail")
        ran = client.mcp_servers.tools.run(failing.id, mcp_server_id=server.id, args={"why": "rain"})
        assert ran.status == "error" and "Error executing tool fail" in str(ran.func_return)
        client.mcp_servers.refresh(server.id)
    client.mcp_servers.delete(server.id)
    with pytest.raises(letta_client.NotFoundError):
        client.mcp_servers.retrieve(server.id)
    with pytest.raises(letta_client.NotFoundError):
        client.tools.retrieve(tool.id)


def test_update_keeps_what_is_masked(client, register):
    with over_http("streamable_http") as config:
        server = register({**config, "auth_token": "t0ken-17", "custom_headers": {"x-key": "k-1771"}})
        assert "17" not in (server.auth_token or "") and "1771" not in str(server.custom_headers)
        changed = client.mcp_servers.update(
            server.id,
            server_name=server.server_name + "-b",
            config={**config, "auth_token": server.auth_token, "custom_headers": server.custom_headers},
        )
        assert changed.server_name.endswith("-b") and changed.auth_token == server.auth_token
        assert named(client, server, "add").tags == [f"mcp:{changed.server_name}"]


def test_a_name_is_taken_once(client, register, unique):
    register(stdio())
    with pytest.raises(letta_client.ConflictError):
        client.mcp_servers.create(server_name=unique, config=stdio())


def test_a_server_that_is_not_there(client, register):
    server = register({"mcp_server_type": "streamable_http", "server_url": "http://127.0.0.1:1/mcp"})
    assert client.mcp_servers.tools.list(server.id) == []
    with pytest.raises(letta_client.InternalServerError) as caught:
        client.mcp_servers.refresh(server.id)
    assert caught.value.status_code == 502


def test_an_agent_is_given_a_tool(client, register, agent):
    server = register(stdio())
    tool = named(client, server, "add")
    client.agents.tools.attach(tool.id, agent_id=agent["id"])
    assert "add" in [each.name for each in client.agents.tools.list(agent["id"])]
    client.agents.tools.detach(tool.id, agent_id=agent["id"])


def test_another_id_than_a_servers(client, missing_id):
    with pytest.raises(letta_client.NotFoundError):
        client.mcp_servers.retrieve(missing_id("mcp_server"))
    with pytest.raises(letta_client.UnprocessableEntityError):
        client.mcp_servers.retrieve("one")

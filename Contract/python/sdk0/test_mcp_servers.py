"""`client.tools.*mcp*` of letta-client 0.1.324 over official MCP servers."""

import pytest
from letta_client import SseServerConfig, StdioServerConfig, StreamableHttpServerConfig, UpdateStreamableHttpmcpServer
from letta_client.core.api_error import ApiError
from support.mcp_places import over_http, place, stdio


@pytest.fixture
def forget(client):
    """Servers to be deleted afterwards, by name."""
    names = []
    yield names.append
    for name in names:
        try:
            client.tools.delete_mcp_server(name)
        except ApiError as error:
            assert error.status_code == 404


def configuration(config, name):
    if config["mcp_server_type"] == "stdio":
        return StdioServerConfig(server_name=name, command=config["command"], args=config["args"])
    kind = SseServerConfig if config["mcp_server_type"] == "sse" else StreamableHttpServerConfig
    return kind(server_name=name, server_url=config["server_url"], type=config["mcp_server_type"])


@pytest.mark.parametrize("transport", ["stdio", "sse", "streamable_http"])
def test_add_list_take_delete(client, forget, unique, transport):
    forget(unique)
    with place(transport, "1.30.0") as config:
        request = configuration(config, unique)
        tested = client.tools.test_mcp_server(request=request)
        assert "add" in str(tested)
        added = client.tools.add_mcp_server(request=request)
        assert unique in [server.server_name for server in added]
        assert client.tools.list_mcp_servers()[unique].type == transport
        tools = client.tools.list_mcp_tools_by_server(unique)
        assert {"add", "fail"} <= {tool.name for tool in tools}
        tool = client.tools.add_mcp_tool(unique, "add")
        assert tool.name == "add" and tool.tool_type == "external_mcp" and tool.tags == [f"mcp:{unique}"]
    assert unique not in [server.server_name for server in client.tools.delete_mcp_server(unique)]


def test_update(client, forget, unique):
    forget(unique)
    with over_http("streamable_http") as config:
        client.tools.add_mcp_server(request=configuration(config, unique))
        changed = client.tools.update_mcp_server(
            unique, request=UpdateStreamableHttpmcpServer(server_url=config["server_url"] + "/", auth_token="t-17")
        )
        assert changed.server_url.endswith("/mcp/") and changed.auth_token != "t-17"


def test_connect_is_told_as_events(client, unique):
    config = stdio()
    words = str(list(client.tools.connect_mcp_server(request=configuration(config, unique))))
    assert "connection_attempt" in words or words == "[]"


def test_a_tool_that_is_not_there(client, forget, unique):
    forget(unique)
    client.tools.add_mcp_server(request=configuration(stdio(), unique))
    with pytest.raises(ApiError) as caught:
        client.tools.add_mcp_tool(unique, "nothing")
    assert caught.value.status_code == 404

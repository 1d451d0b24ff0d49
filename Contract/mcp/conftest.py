"""One server for a whole run; the other transports work on its file."""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

from proof.client import Client  # noqa: E402
from proof.server import Server  # noqa: E402
from support import places, sdk  # noqa: E402
from support.table import Objects  # noqa: E402

for name in list(os.environ):
    if name.startswith(("LETTA_", "ROOST_MCP")):
        del os.environ[name]


def pytest_report_header():
    return f"mcp {sdk.VERSION}"


@pytest.fixture(scope="session")
def server():
    with Server() as roost:
        yield roost
        assert roost.running(), f"the server died during the tests:\n{roost.log_tail()}"


@pytest.fixture(scope="session")
def api(server):
    return Client(server.url)


@pytest.fixture
def objects(api):
    """What a test needs, by the names of the table's placeholders: `objects["agent"]`."""
    return Objects(api)


@pytest.fixture(scope="session")
def alone(server):
    """`roost mcp --http` with every tool, on the same file as the server."""
    with places.Alone(server.home, "all") as process:
        yield process


@pytest.fixture(scope="session")
def place(server, request):
    """Where a transport is: `place("serve")`, with a profile where it can be chosen."""

    def make(transport, profile="memory", env=None):
        if transport == "stdio":
            return places.stdio(server, profile, env)
        if transport == "serve":
            return sdk.HTTP(f"{server.url}/mcp?tools={profile}")
        process = request.getfixturevalue("alone")
        if transport == "alone":
            return sdk.HTTP(f"{process.url}/mcp?tools={profile}")
        return sdk.SSE(f"{process.url}/sse?tools={profile}")

    return make

"""Official MCP servers of both generations, on every transport, as roost's configuration names them."""

import contextlib
import os
import pathlib
import socket
import subprocess
import time

from proof.server import free_port

HERE = pathlib.Path(__file__).parent
SERVER = HERE / "served_tools.py"
GENERATIONS = ("1.30.0", "2.3.0")
TRANSPORTS = ("stdio", "sse", "streamable_http")


def python(generation):
    """The interpreter of an environment that has this generation of the SDK."""
    made = subprocess.run([HERE.parent / "venv.sh", f"mcp-{generation}"], check=True, capture_output=True, text=True)
    return made.stdout.strip() + "/bin/python"


def stdio(generation="2.3.0", **env):
    return {
        "mcp_server_type": "stdio",
        "command": python(generation),
        "args": [str(SERVER), "stdio"],
        "env": {key: str(value) for key, value in env.items()} or None,
    }


@contextlib.contextmanager
def over_http(transport, generation="2.3.0", port=None, **env):
    """A server on a port of its own."""
    port = port or free_port()
    word = "sse" if transport == "sse" else "streamable-http"
    process = subprocess.Popen(
        [python(generation), SERVER, word, str(port)],
        env={**os.environ, **{key: str(value) for key, value in env.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None and time.monotonic() < until, "the MCP server did not start"
            time.sleep(0.02)
        path = "/sse" if transport == "sse" else "/mcp"
        yield {"mcp_server_type": transport, "server_url": f"http://127.0.0.1:{port}{path}"}
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def place(transport, generation, **env):
    if transport == "stdio":
        yield stdio(generation, **env)
    else:
        with over_http(transport, generation, **env) as config:
            yield config

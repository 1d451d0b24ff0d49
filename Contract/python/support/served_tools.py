"""An MCP server for roost to call, of whichever generation of the official SDK is installed.

served_tools.py stdio | sse | streamable-http [PORT]

Its tools change when the file in $SERVED_TOOLS says so: `more` adds one, `less` takes one away, `other` words one otherwise.
"""

import asyncio
import os
import pathlib
import sys

try:
    from mcp.server.mcpserver import MCPServer as Server
except ImportError:
    from mcp.server.fastmcp import FastMCP as Server

TRANSPORT = sys.argv[1]
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0
STATE = os.environ.get("SERVED_TOOLS")
NEW = Server.__name__ == "MCPServer"

state = pathlib.Path(STATE).read_text().strip() if STATE and pathlib.Path(STATE).exists() else ""
server = Server("served tools") if NEW else Server("served tools", host="127.0.0.1", port=PORT)


@server.tool(description="Adds two numbers." if state != "other" else "Adds two whole numbers.")
def add(a: int, b: int = 2) -> int:
    return a + b


if state != "less":

    @server.tool()
    def shelf(book: str, options: dict | None = None) -> list[str]:
        """Where a book stands."""
        return [f"{book} stands on shelf 7.", str(options)]


if state == "more":

    @server.tool()
    def extra() -> str:
        """More."""
        return "more"


@server.tool()
def fail(why: str) -> str:
    """Fails."""
    raise ValueError(f"it cannot be done: {why}")


@server.tool()
async def wait(seconds: float) -> str:
    """Waits."""
    await asyncio.sleep(seconds)
    return "waited"


@server.tool()
def variable(name: str) -> str:
    """A variable of the server's environment."""
    return os.environ.get(name, "unset")


if TRANSPORT == "stdio":
    server.run(transport="stdio")
elif NEW:
    server.run(transport=TRANSPORT, host="127.0.0.1", port=PORT)
else:
    server.run(transport=TRANSPORT)

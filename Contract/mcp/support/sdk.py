"""One face for both generations of the official SDK; everything comes back as the JSON objects of the protocol."""

import contextlib
import importlib.metadata

import anyio
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

VERSION = importlib.metadata.version("mcp")
GENERATION = int(VERSION.split(".")[0])
STATELESS = "2026-07-28"
NEWEST_HANDSHAKE = "2025-11-25"

if GENERATION == 1:
    from mcp import ClientSession
    from mcp import McpError as SDKError
else:
    from mcp import Client
    from mcp import MCPError as SDKError


class ProtocolError(Exception):
    """A JSON-RPC error answer."""

    def __init__(self, error):
        super().__init__(f"{error.code}: {error.message}")
        self.code, self.message, self.data = error.code, error.message, error.data


class Stdio:
    """`roost mcp` as a child process."""

    def __init__(self, command, arguments, env, cwd=None):
        self.parameters = StdioServerParameters(command=command, args=arguments, env=env, cwd=cwd)

    def streams(self):
        return stdio_client(self.parameters)


class HTTP:
    """A streamable HTTP endpoint."""

    def __init__(self, url, headers=None):
        self.url, self.headers = url, headers

    @contextlib.asynccontextmanager
    async def streams(self):
        async with create_mcp_http_client(headers=self.headers) as client:
            async with streamable_http_client(self.url, http_client=client) as streams:
                yield streams[0], streams[1]


class SSE:
    """The older transport: events of `/sse`, messages to the address that the first event names."""

    def __init__(self, url, headers=None):
        self.url, self.headers = url, headers

    def streams(self):
        return sse_client(self.url, headers=self.headers)


def plain(model):
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


@contextlib.asynccontextmanager
async def connected(transport, era="auto", **callbacks):
    """A `Session` over a transport. `era` is for generation 2: `auto` asks the server, `legacy` shakes hands.

    Callbacks: `on_notification(method, params)`, `log_level`.
    """
    heard = callbacks.get("on_notification")

    async def on_message(message):
        message = getattr(message, "root", message)
        if heard is not None and hasattr(message, "method"):
            said = plain(message)
            heard(said["method"], said.get("params") or {})

    async def on_log(params):
        if heard is not None:
            heard("notifications/message", plain(params))

    if GENERATION == 1:
        async with transport.streams() as (read, write):
            async with ClientSession(read, write, message_handler=on_message, logging_callback=on_log) as session:
                answer = await session.initialize()
                yield Session(session, plain(answer))
    else:
        options = {"message_handler": on_message, "logging_callback": on_log}
        if callbacks.get("log_level"):
            options["log_level"] = callbacks["log_level"]
        async with Client(transport.streams(), mode=era, cache=None, **options) as client:
            session = client.session
            answer = session.discover_result or session.initialize_result
            yield Session(session, plain(answer), client)


class Session:
    """The requests of the protocol; what the server refuses is a `ProtocolError`."""

    def __init__(self, session, hello, client=None):
        self.session, self.hello, self.client = session, hello, client

    @property
    def revision(self):
        return self.hello.get("protocolVersion") or self.client.protocol_version

    @property
    def is_stateless(self):
        return self.revision == STATELESS

    async def ask(self, call):
        try:
            return await call
        except SDKError as error:
            raise ProtocolError(error.error) from error

    async def pages(self, method, key):
        """Every page of a list, by its cursors."""
        pages, cursor = [], None
        while True:
            page = plain(await self.ask(method(cursor)))
            pages.append(page)
            cursor = page.get("nextCursor")
            if cursor is None:
                return [item for page in pages for item in page[key]], pages

    def listing(self, name):
        method = getattr(self.session, name)
        if GENERATION == 1:
            from mcp.types import PaginatedRequestParams

            return lambda cursor: method(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
        from mcp_types import PaginatedRequestParams

        return lambda cursor: method(params=PaginatedRequestParams(cursor=cursor))

    async def tools(self):
        return (await self.pages(self.listing("list_tools"), "tools"))[0]

    async def prompts(self):
        return (await self.pages(self.listing("list_prompts"), "prompts"))[0]

    async def resources(self):
        return (await self.pages(self.listing("list_resources"), "resources"))[0]

    async def templates(self):
        return (await self.pages(self.listing("list_resource_templates"), "resourceTemplates"))[0]

    async def call(self, name, arguments=None, progress=None):
        result = await self.ask(self.session.call_tool(name, arguments or {}, progress_callback=progress))
        found = plain(result)
        structured = getattr(result, "structuredContent" if GENERATION == 1 else "structured_content")
        if structured is not None:  # as it came, with its nulls
            found["structuredContent"] = structured
        return found

    async def prompt(self, name, arguments=None):
        return plain(await self.ask(self.session.get_prompt(name, arguments)))

    async def read(self, uri):
        if GENERATION == 1:
            from pydantic import AnyUrl

            uri = AnyUrl(uri)
        return plain(await self.ask(self.session.read_resource(uri)))

    async def subscribe(self, uri):
        if GENERATION == 1:
            from pydantic import AnyUrl

            uri = AnyUrl(uri)
        return plain(await self.ask(self.session.subscribe_resource(uri)))

    async def complete(self, reference, name, value):
        if GENERATION == 1:
            from mcp import types
        else:
            import mcp_types as types
        kind = types.PromptReference if reference["type"] == "ref/prompt" else types.ResourceTemplateReference
        answer = await self.ask(
            self.session.complete(kind.model_validate(reference), argument={"name": name, "value": value})
        )
        return plain(answer)["completion"]["values"]

    async def set_level(self, level):
        await self.ask(self.session.set_logging_level(level))

    async def ping(self):
        await self.ask(self.session.send_ping())


def run(body, *arguments, seconds=60):
    """Runs a coroutine function to its end, from a plain test."""

    async def bounded():
        with anyio.fail_after(seconds):
            return await body(*arguments)

    return anyio.run(bounded)

"""The table of calls: table.toml, with what its placeholders stand for."""

import base64
import json
import pathlib
import re
import sys
import tomllib
import uuid

FILE = pathlib.Path(__file__).parents[1] / "table.toml"
#: An MCP server of the official SDK, whichever runs the tests.
SERVED = pathlib.Path(__file__).parents[2] / "python" / "support" / "served_tools.py"
HUBS = (
    "letta_agent_advanced",
    "letta_memory_unified",
    "letta_tool_manager",
    "letta_source_manager",
    "letta_job_monitor",
    "letta_file_folder_ops",
    "letta_mcp_ops",
)
#: What an `outcome` may be. `failed` and `unserved` are results with `isError`; `invalid` is the error -32602.
OUTCOMES = ("ok", "failed", "unserved", "invalid")


class Case:
    """One call: tool, arguments with placeholders, the kind of outcome, and words the answer has to hold."""

    def __init__(self, tool, operation, row):
        row = dict(row)
        self.tool, self.operation = tool, operation
        self.outcome = row.pop("outcome", "ok")
        self.holds = row.pop("holds", [])
        self.note = row.pop("note", "")
        self.arguments = row
        if operation:
            self.arguments["operation"] = operation.split(" ")[0]
        assert self.outcome in OUTCOMES, f"{self}: unknown outcome {self.outcome}"

    def __str__(self):
        if self.operation:
            return f"{self.tool}.{self.operation}"
        return f"{self.tool} {self.note}".rstrip()


def cases():
    """Every row. A row of a hub is an operation, or `operation and why` for a second one."""
    table = tomllib.loads(FILE.read_text())
    found = []
    for hub in HUBS:
        found += [Case(hub, operation, row) for operation, row in table.pop(hub).items()]
    for name, rows in table.pop("tools").items():
        for row in rows if isinstance(rows, list) else [rows]:
            found.append(Case(name, None, row))
    assert not table, f"unknown parts of the table: {list(table)}"
    return found


class Objects:
    """Makes what a case needs when it is first named, over plain REST: `{agent}`, `{passage}`, ..."""

    def __init__(self, api):
        self.api, self.made = api, {}

    def fill(self, value):
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if not isinstance(value, str):
            return value
        whole = re.fullmatch(r"\{(\w+)\}", value)
        if whole:
            return self[whole[1]]
        return re.sub(r"\{(\w+)\}", lambda match: str(self[match[1]]), value)

    def __getitem__(self, name):
        if name not in self.made:
            self.made[name] = getattr(self, "make_" + name)()
        return self.made[name]

    def post(self, path, body, method="POST"):
        reply = self.api.request(method, path, body)
        assert reply.status in (200, 201, 204), f"{method} {path}: {reply!r}"
        return reply.json() if reply.body else None

    # One method a placeholder.

    def make_unique(self):
        return "u" + uuid.uuid4().hex[:12]

    def agent_named(self, name):
        blocks = [
            {"label": "human", "value": "Name: Ada"},
            {"label": "persona", "value": "I remember."},
            {"label": "learnings", "value": "Retry with backoff."},
        ]
        body = {"name": name, "model": "openai/gpt-4o-mini", "embedding": "openai/text-embedding-3-small"}
        return self.post("/v1/agents/", {**body, "memory_blocks": blocks, "tags": ["mcp-table", self["unique"]]})["id"]

    def make_agent_name(self):
        return "mcp-" + self["unique"]

    def make_agent(self):
        return self.agent_named(self["agent_name"])

    def make_other_agent(self):
        return self.agent_named("other-" + self["unique"])

    def make_block(self):
        return self.post("/v1/blocks/", {"label": "notes", "value": "one"})["id"]

    def make_attached_block(self):
        return self.api.get(f"/v1/agents/{self['agent']}/core-memory/blocks/human").json()["id"]

    def make_passage(self):
        text = "The team chose SQLite because one file is easy to back up."
        body = {"text": text, "tags": ["type:decision", "storage"]}
        return self.post(f"/v1/agents/{self['agent']}/archival-memory", body)[0]["id"]

    def make_archive(self):
        return self.post("/v1/archives/", {"name": "archive-" + self["unique"]})["id"]

    def make_attached_archive(self):
        archive = self.post("/v1/archives/", {"name": "attached-" + self["unique"]})["id"]
        self.post(f"/v1/agents/{self['agent']}/archives/attach/{archive}", None, "PATCH")
        return archive

    def make_tool_name(self):
        return "tool_" + self["unique"]

    def make_source_code(self):
        name = self["tool_name"]
        text = "Tells the weather of a city.\n\n    Args:\n        city: Which one.\n    "
        return f'def {name}(city: str) -> str:\n    """{text}"""\n    return city\n'

    def make_json_schema(self):
        parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        return {"name": self["tool_name"], "description": "Tells the weather of a city.", "parameters": parameters}

    def make_tool(self):
        body = {"source_code": self["source_code"], "source_type": "python", "json_schema": self["json_schema"]}
        return self.post("/v1/tools/", body)["id"]

    def make_attached_tool(self):
        self.post(f"/v1/agents/{self['agent']}/tools/attach/{self['tool']}", None, "PATCH")
        return self["tool"]

    def make_mcp_server_name(self):
        return "served-" + self["unique"]

    def make_mcp_server(self):
        config = {"mcp_server_type": "stdio", "command": sys.executable, "args": [str(SERVED), "stdio"]}
        made = self.post("/v1/mcp-servers/", {"server_name": self["mcp_server_name"], "config": config})
        assert made["sync_error"] is None, made
        return made["id"]

    def make_mcp_tool_object(self):
        """Its tools have names of their own in each case: other servers have taken the plain ones."""
        tools = self.api.get(f"/v1/mcp-servers/{self['mcp_server']}/tools").json()
        return next(tool for tool in tools if tool["name"].endswith("add"))

    def make_mcp_tool(self):
        return self["mcp_tool_object"]["id"]

    def make_mcp_tool_name(self):
        return self["mcp_tool_object"]["name"]

    def make_message(self):
        return self.api.get(f"/v1/agents/{self['agent']}/messages").json()[0]["id"]

    def make_conversation(self):
        return self.post(f"/v1/conversations/?agent_id={self['agent']}", {})["id"]

    def make_agent_file(self):
        return json.dumps(self.api.get(f"/v1/agents/{self['agent']}/export").json())

    def make_agent_file_object(self):
        return json.loads(self["agent_file"])

    def make_agent_file_base64(self):
        return base64.b64encode(self["agent_file"].encode()).decode()


def missing(prefix):
    """A well-formed id that nothing has."""
    return f"{prefix}-00000000-0000-4000-8000-00000000dead"


for _kind in (
    "agent",
    "block",
    "passage",
    "archive",
    "tool",
    "conversation",
    "source",
    "file",
    "run",
    "job",
    "message",
):
    setattr(Objects, f"make_no_{_kind}", lambda _self, kind=_kind: missing(kind))
Objects.make_no_mcp_server = lambda _self: missing("mcp_server")

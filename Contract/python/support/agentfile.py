"""Agent files of our own making, in today's form and in the old flat one."""

import copy
import json

LLM = {"model": "gpt-4o-mini", "model_endpoint_type": "openai", "context_window": 32000, "handle": "openai/gpt-4o-mini"}
EMBEDDER = {
    "embedding_model": "text-embedding-3-small",
    "embedding_endpoint_type": "openai",
    "embedding_dim": 1536,
    "handle": "openai/text-embedding-3-small",
}


def message(number, role, text=None, **more):
    content = [] if text is None else [{"type": "text", "text": text}]
    return {
        "type": "message",
        "id": f"message-{number}",
        "agent_id": "agent-0",
        "role": role,
        "content": content,
        "model": None,
        "name": None,
        "tool_calls": None,
        "tool_call_id": None,
        "tool_returns": [],
        "created_at": f"2025-03-01T10:00:{number:02d}+00:00",
        **more,
    }


def block(number, label, value, **more):
    return {
        "id": f"block-{number}",
        "label": label,
        "value": value,
        "limit": 5000,
        "read_only": False,
        "description": None,
        "metadata": {},
        "is_template": False,
        **more,
    }


def base_tool(number, name):
    return {
        "id": f"tool-{number}",
        "name": name,
        "tool_type": "letta_core",
        "source_type": "python",
        "source_code": None,
        "description": name,
        "tags": ["letta_core"],
        "json_schema": {"name": name, "parameters": {"type": "object"}},
    }


def current(name="filed"):
    """One agent with two blocks, two base tools, a custom tool, tags, and a conversation with a tool call."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "conversation_search", "arguments": '{"query": "Bob"}'},
    }
    custom = {
        "id": "tool-2",
        "name": "roll_dice",
        "tool_type": "custom",
        "source_type": "python",
        "tags": ["games"],
        "source_code": "def roll_dice(sides: int) -> int:\n    return 4\n",
        "description": "Rolls one die.",
        "json_schema": {
            "name": "roll_dice",
            "description": "Rolls one die.",
            "parameters": {"type": "object", "properties": {"sides": {"type": "integer"}}, "required": ["sides"]},
        },
    }
    return {
        "agents": [
            {
                "id": "agent-0",
                "name": name,
                "description": "kept in a file",
                "agent_type": "letta_v1_agent",
                "system": "You keep notes.",
                "tags": ["filed", "from:file"],
                "metadata": {"origin": "fixture"},
                "memory_blocks": [],
                "block_ids": ["block-0", "block-1"],
                "tools": [],
                "tool_ids": ["tool-0", "tool-1", "tool-2"],
                "tool_rules": [],
                "llm_config": LLM,
                "embedding_config": EMBEDDER,
                "timezone": "Europe/Berlin",
                "include_base_tools": False,
                "message_buffer_autoclear": False,
                "tool_exec_environment_variables": {},
                "in_context_message_ids": [f"message-{n}" for n in range(5)],
                "messages": [
                    message(0, "system", "You keep notes."),
                    message(1, "user", "My name is Bob."),
                    message(2, "assistant", None, tool_calls=[call]),
                    message(
                        3,
                        "tool",
                        '{"status": "OK", "message": "nothing found"}',
                        name="conversation_search",
                        tool_call_id="call_1",
                    ),
                    message(4, "assistant", "Hello Bob."),
                ],
                "files_agents": [],
                "group_ids": [],
                "source_ids": [],
            }
        ],
        "groups": [],
        "files": [],
        "sources": [],
        "mcp_servers": [],
        "blocks": [block(0, "human", "Name: Bob"), block(1, "persona", "I file things.", read_only=True)],
        "tools": [base_tool(0, "conversation_search"), base_tool(1, "memory_insert"), custom],
        "metadata": {"revision_id": "0"},
        "created_at": "2025-03-01T10:01:00+00:00",
    }


def flat(name="flat"):
    """The form from before agent files had a list of agents: one object, blocks under `core_memory`, no ids."""
    stamp = "2025-01-05T08:00:00"
    turn = {
        "created_at": stamp,
        "updated_at": stamp,
        "group_id": None,
        "model": None,
        "name": None,
        "tool_call_id": None,
        "tool_calls": [],
        "tool_returns": [],
    }
    return {
        "agent_type": "memgpt_agent",
        "name": name,
        "description": None,
        "system": "You are old.",
        "version": "0.7.29",
        "core_memory": [
            {
                "label": "human",
                "value": "Name: Eve",
                "limit": 5000,
                "description": None,
                "is_template": False,
                "template_name": None,
                "metadata_": {},
                "created_at": stamp,
                "updated_at": stamp,
            },
            {
                "label": "persona",
                "value": "I am from before.",
                "limit": 5000,
                "description": None,
                "is_template": False,
                "template_name": None,
                "metadata_": {},
                "created_at": stamp,
                "updated_at": stamp,
            },
        ],
        "messages": [
            {**turn, "role": "system", "content": [{"type": "text", "text": "You are old."}]},
            {**turn, "role": "user", "content": [{"type": "text", "text": "Do you remember me?"}]},
        ],
        "in_context_message_indices": [0, 1],
        "llm_config": LLM,
        "embedding_config": EMBEDDER,
        "tags": [{"tag": "old-form"}],
        "tools": [],
        "tool_rules": [],
        "tool_exec_environment_variables": [],
        "metadata_": None,
        "message_buffer_autoclear": False,
        "multi_agent_group": None,
        "groups": [],
        "identities": [],
        "timezone": "UTC",
        "created_at": stamp,
        "updated_at": stamp,
    }


def encoded(document):
    return document if isinstance(document, bytes) else json.dumps(document).encode()


def multipart(document, fields=None, name="agent.af", boundary="roost-boundary"):
    """A form with the file and further fields: (body, content type)."""
    mark = f"--{boundary}\r\n".encode()
    parts = [
        mark + f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in (fields or {}).items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/json\r\n\r\n'
    parts.append(mark + head.encode() + encoded(document) + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def broken():
    """Files that must be refused, each with the word that the refusal has to contain: (name, document, word)."""
    cases = [
        ("not JSON", b"hello", "agent file"),
        ("half a file", encoded(current())[:300], "agent file"),
        ("an array", [], ""),
        ("nothing in it", {}, ""),
    ]

    def changed(name, word, change):
        document = copy.deepcopy(current())
        change(document)
        cases.append((name, document, word))

    changed("agents is not a list", "agents", lambda d: d.update(agents={"0": 1}))
    changed("no agent in the list", "agent", lambda d: d.update(agents=[]))
    changed("an agent that is a number", "agents", lambda d: d.update(agents=[5]))
    changed("a block that is not there", "block-9", lambda d: d["agents"][0].update(block_ids=["block-9"]))
    changed("a tool that is not there", "tool-9", lambda d: d["agents"][0].update(tool_ids=["tool-9"]))
    changed(
        "a message that is not there",
        "message-99",
        lambda d: d["agents"][0].update(in_context_message_ids=["message-99"]),
    )
    changed("a block value that is a list", "value", lambda d: d["blocks"][0].update(value=["x"]))
    changed("a block without a label", "label", lambda d: d["blocks"][0].pop("label"))
    changed("blocks is text", "blocks", lambda d: d.update(blocks="none"))
    changed("messages is an object", "messages", lambda d: d["agents"][0].update(messages={}))
    changed("a message of no known role", "role", lambda d: d["agents"][0]["messages"][1].update(role="wizard"))
    changed("two blocks of one id", "block-0", lambda d: d["blocks"][1].update(id="block-0"))
    return cases

"""What Anthropic refuses in messages."""

import hashlib
import re

from .answer import signature_of

ISSUED = set()
NAME = re.compile(r"^[a-zA-Z0-9_-]{1,128}$")
IDENTIFIER = re.compile(r"^[a-zA-Z0-9_-]+$")
KINDS = {
    "user": {"text", "image", "document", "tool_result", "search_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking", "server_tool_use", "web_search_tool_result"},
}


def messages(body):
    given = body.get("messages")
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        yield "max_tokens: Field required"
    if not isinstance(given, list) or not given:
        yield "messages: at least one message is required"
        return
    yield from frame_of(body)
    if given[0].get("role") != "user":
        yield 'messages: first message must use the "user" role'
    for place, message in enumerate(given):
        where = f"messages.{place}"
        if message.get("role") not in KINDS:
            yield f"{where}: Input should be 'user' or 'assistant': {message.get('role')!r}"
            continue
        yield from content_of(where, message, is_last=place == len(given) - 1)
    yield from order_of(merged(given))
    yield from thinking_of(body, merged(given))


def blocks_of(message):
    content = message.get("content")
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or [])


def merged(given):
    """Neighbours of one role count as one message."""
    kept = []
    for message in given:
        if kept and kept[-1][0] == message.get("role"):
            kept[-1][1].extend(blocks_of(message))
        else:
            kept.append((message.get("role"), blocks_of(message)))
    return kept


def frame_of(body):
    system = body.get("system")
    for block in system if isinstance(system, list) else []:
        if not (block.get("text") or "").strip():
            yield "system: text content blocks must be non-empty"
    if system == "":
        yield "system: text content blocks must be non-empty"
    names = [tool.get("name") for tool in body.get("tools") or []]
    if len(set(names)) != len(names):
        yield "tools: Tool names must be unique."
    for tool in body.get("tools") or []:
        if not NAME.match(tool.get("name") or ""):
            yield f"tools: the name does not fit: {tool.get('name')!r}"
        if "type" not in tool and (tool.get("input_schema") or {}).get("type") != "object":
            yield f"tools: input_schema of {tool.get('name')} has to be of type object"
    choice = body.get("tool_choice")
    if choice and not names:
        yield "tool_choice may only be specified while providing tools"
    if choice and choice.get("type") == "tool" and choice.get("name") not in names:
        yield f"tool_choice: Tool '{choice.get('name')}' not found in provided tools"
    if str(body).count("'cache_control'") > 4:
        yield "A maximum of 4 blocks with cache_control may be provided."
    temperature = body.get("temperature")
    if temperature is not None and not 0 <= temperature <= 1:
        yield "temperature: Input should be less than or equal to 1"


def content_of(where, message, is_last):
    role, content = message["role"], message.get("content")
    if not content:
        yield f"{where}: all messages must have non-empty content"
        return
    for block in blocks_of(message):
        kind = block.get("type")
        if kind not in KINDS[role]:
            yield f"{where}: a block of type {kind!r} in a message of {role}"
        elif kind == "text" and not (block.get("text") or "").strip():
            yield f"{where}: text content blocks must contain non-whitespace text"
        elif kind == "tool_use":
            if not isinstance(block.get("input"), dict):
                yield f"{where}: tool_use.input: Input should be a valid dictionary"
            if not IDENTIFIER.match(block.get("id") or "") or not NAME.match(block.get("name") or ""):
                yield f"{where}: tool_use: the id or the name does not fit: {block.get('id')!r} {block.get('name')!r}"
        elif kind == "tool_result":
            inner = block.get("content")
            for part in inner if isinstance(inner, list) else []:
                if part.get("type") == "text" and not part.get("text"):
                    yield f"{where}: tool_result: text content blocks must be non-empty"
        elif kind == "thinking":
            yield from signed(where, block)
        elif kind == "redacted_thinking" and not block.get("data"):
            yield f"{where}: redacted_thinking without data"
    if is_last and role == "assistant":
        last = blocks_of(message)[-1]
        if last.get("type") == "text" and last.get("text", "").rstrip() != last.get("text"):
            yield f"{where}: final assistant content cannot end with trailing whitespace"


def signed(where, block):
    thought, signature = block.get("thinking") or "", block.get("signature")
    known = (hashlib.sha256(thought.encode()).digest(), signature) in ISSUED
    if not known and signature != signature_of(thought):
        yield f"{where}: Invalid `signature` in `thinking` block"


def order_of(turns):
    """Each tool_use has its result at the beginning of the very next message."""
    seen, open_calls = set(), []
    for place, (role, blocks) in enumerate(turns):
        results = [block.get("tool_use_id") for block in blocks if block.get("type") == "tool_result"]
        for result in results:
            if result not in open_calls:
                yield f"messages.{place}: unexpected `tool_use_id` found in `tool_result` blocks: {result}"
        if len(set(results)) != len(results):
            yield f"messages.{place}: each tool_use must have a single result"
        if left := [call for call in open_calls if call not in results]:
            yield f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: {left}"
        if open_calls and any(block.get("type") != "tool_result" for block in blocks[: len(results)]):
            yield f"messages.{place}: tool_result blocks have to come first"
        open_calls = (
            [block.get("id") for block in blocks if block.get("type") == "tool_use"] if role == "assistant" else []
        )
        if seen & set(open_calls) or len(set(open_calls)) != len(open_calls):
            yield f"messages.{place}: `tool_use` ids must be unique"
        seen |= set(open_calls)
    if open_calls:
        yield f"`tool_use` ids were found without `tool_result` blocks immediately after: {open_calls}"


def thinking_of(body, turns):
    thinking = body.get("thinking") or {}
    if thinking.get("type") != "enabled":
        return
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int) or budget < 1024:
        yield "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
    elif isinstance(body.get("max_tokens"), int) and body["max_tokens"] <= budget:
        yield "`max_tokens` must be greater than `thinking.budget_tokens`"
    if body.get("temperature") not in (None, 1, 1.0):
        yield "`temperature` may only be set to 1 when thinking is enabled"
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        yield "Thinking may not be enabled when tool_choice forces tool use."
    # Within a turn with tools, the last answer of the assistant has to begin with what it thought.
    if len(turns) > 1 and turns[-1][1] and turns[-1][1][0].get("type") == "tool_result" and turns[-2][1]:
        first = turns[-2][1][0].get("type")
        if first not in ("thinking", "redacted_thinking"):
            where = f"messages.{len(turns) - 2}.content.0.type"
            yield f"{where}: Expected `thinking` or `redacted_thinking`, but found `{first}`"

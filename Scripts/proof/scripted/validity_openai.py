"""What OpenAI refuses in chat completions and responses."""

import re

NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
ROLES = {"system", "developer", "user", "assistant", "tool"}


def chat(body):
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "messages has to be a list with something in it"
        return
    yield from tools_of([tool.get("function") or {} for tool in body.get("tools") or []], body)
    yield from order_of(messages)
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        role = message.get("role")
        if role not in ROLES:
            yield f"{where}: no such role: {role!r}"
        yield from content_of(where, message, role)
        for call in message.get("tool_calls") or []:
            yield from call_of(where, call)
    if body.get("stream_options") and not body.get("stream"):
        yield "stream_options is only for streams"


def content_of(where, message, role):
    content = message.get("content")
    if isinstance(content, list):
        if not content:
            yield f"{where}: an empty list of content"
        for part in content:
            if part.get("type") == "text" and not part.get("text"):
                yield f"{where}: an empty text part"
            elif part.get("type") == "image_url" and not (part.get("image_url") or {}).get("url"):
                yield f"{where}: an image without url"
            elif part.get("type") not in ("text", "image_url", "refusal", "file", "input_audio"):
                yield f"{where}: no such part: {part.get('type')!r}"
    elif content is not None and not isinstance(content, str):
        yield f"{where}: content is neither text nor a list"
    elif role == "assistant":
        if not content and not message.get("tool_calls") and not message.get("refusal"):
            yield f"{where}: an assistant's message without content or calls"
    elif role != "tool" and not content:
        yield f"{where}: an empty {role} message"
    elif role == "tool" and content is None:
        yield f"{where}: a tool's message needs content"


def call_of(where, call):
    function = call.get("function") or {}
    if call.get("type") != "function":
        yield f"{where}: a call's type has to be function"
    if not isinstance(call.get("id"), str) or not 0 < len(call["id"]) <= 40:
        yield f"{where}: a call's id has 1 to 40 characters: {call.get('id')!r}"
    if not NAME.match(function.get("name") or ""):
        yield f"{where}: the name of a call does not fit: {function.get('name')!r}"
    if not isinstance(function.get("arguments"), str):
        yield f"{where}: the arguments of a call have to be text"


def order_of(messages):
    """Each call is answered, once, right after the message that makes it."""
    open_calls, seen = [], set()
    for place, message in enumerate(messages):
        if message.get("role") == "tool":
            if message.get("tool_call_id") in open_calls:
                open_calls.remove(message["tool_call_id"])
            else:
                yield (
                    f"messages[{place}]: messages with role 'tool' must be a response to a preceding message with "
                    f"'tool_calls': {message.get('tool_call_id')!r}"
                )
            continue
        if open_calls:
            yield f"messages[{place}]: these calls before it had no result: {open_calls}"
        open_calls = [call.get("id") for call in message.get("tool_calls") or []]
        if "tool_calls" in message and message["tool_calls"] == []:
            yield f"messages[{place}]: an empty list of tool_calls"
        if len(set(open_calls)) != len(open_calls):
            yield f"messages[{place}]: two calls with one id: {open_calls}"
        if again := seen & set(open_calls):
            yield f"messages[{place}]: ids of earlier calls: {sorted(again)}"
        seen |= set(open_calls)
    if open_calls:
        yield f"these calls have no result: {open_calls}"


def tools_of(functions, body):
    if "tools" in body and not body["tools"]:
        yield "tools has to hold something, or to be left out"
    if not body.get("tools") and (body.get("tool_choice") not in (None, "none") or "parallel_tool_calls" in body):
        yield "tool_choice and parallel_tool_calls are only allowed with tools"
    names = [function.get("name") for function in functions]
    if len(set(names)) != len(names):
        yield f"two tools with one name: {sorted(name for name in set(names) if names.count(name) > 1)}"
    for function in functions:
        if not NAME.match(function.get("name") or ""):
            yield f"the name of a tool does not fit: {function.get('name')!r}"
        parameters = function.get("parameters")
        if parameters is not None and (not isinstance(parameters, dict) or parameters.get("type") != "object"):
            yield f"the parameters of {function.get('name')} are no schema of an object"
        elif parameters and set(parameters.get("required") or []) - set(parameters.get("properties") or {}):
            yield f"{function.get('name')} requires parameters that it does not have"
        if function.get("strict") and (parameters or {}).get("additionalProperties") is not False:
            yield f"{function.get('name')} is strict, but lets other properties in"
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        name = choice.get("name") or (choice.get("function") or {}).get("name")
        if name and name not in names:
            yield f"tool_choice names a tool that is not there: {name}"


def responses(body):
    given = body.get("input")
    if not given:
        yield "input has to hold something"
        return
    yield from tools_of(body.get("tools") or [], body)
    if isinstance(given, str):
        return
    calls, results = [], []
    for place, item in enumerate(given):
        where, kind = f"input[{place}]", item.get("type") or "message"
        if kind == "function_call":
            calls.append(item.get("call_id"))
            if not isinstance(item.get("arguments"), str) or not NAME.match(item.get("name") or ""):
                yield f"{where}: a call needs a name and arguments as text"
        elif kind == "function_call_output":
            if item.get("call_id") not in calls:
                yield f"{where}: No tool call found for function call output with call_id {item.get('call_id')}."
            results.append(item.get("call_id"))
            if item.get("output") is None:
                yield f"{where}: output is missing"
        elif kind == "reasoning":
            after = given[place + 1 :]
            if not after or (after[0].get("type") or "message") in ("function_call_output",):
                yield f"{where}: a reasoning item was provided without its required following item"
            if not isinstance(item.get("summary"), list):
                yield f"{where}: a reasoning item needs a summary, a list"
        elif kind == "message":
            yield from item_content(where, item)
        else:
            yield f"{where}: no such item: {kind!r}"
    for call in calls:
        if results.count(call) != 1:
            yield (
                f"No tool output found for function call {call}." if call not in results else f"two outputs for {call}"
            )
    if len(set(calls)) != len(calls):
        yield "two calls with one call_id"


def item_content(where, item):
    role, content = item.get("role"), item.get("content")
    if role not in ("user", "assistant", "system", "developer"):
        yield f"{where}: no such role: {role!r}"
    if not content:
        yield f"{where}: an empty message"
    elif isinstance(content, list):
        allowed = ("output_text", "refusal") if role == "assistant" else ("input_text", "input_image", "input_file")
        for part in content:
            if part.get("type") not in allowed:
                yield f"{where}: a part of type {part.get('type')!r} in a message of {role}"
            elif part["type"].endswith("_text") and not part.get("text"):
                yield f"{where}: an empty text part"

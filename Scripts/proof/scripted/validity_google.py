"""What Google refuses in contents of generateContent."""

import re

NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$")
FIELDS = {"text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"}


def contents(body):
    given = body.get("contents")
    if not isinstance(given, list) or not given:
        yield "contents is not specified"
        return
    for declared in [f for tool in body.get("tools") or [] for f in tool.get("functionDeclarations") or []]:
        if not NAME.match(declared.get("name") or ""):
            yield f"Invalid function name: {declared.get('name')!r}"
    instruction = body.get("systemInstruction")
    if instruction is not None and not any(part.get("text") for part in instruction.get("parts") or []):
        yield "systemInstruction is empty"
    for place, content in enumerate(given):
        where = f"contents[{place}]"
        if content.get("role") not in ("user", "model", "function", None):
            yield f"{where}: Please use a valid role: user, model. ({content.get('role')!r})"
        if not content.get("parts"):
            yield f"{where}.parts must not be empty"
        for part in content.get("parts") or []:
            yield from part_of(where, part)
    yield from order_of(given)


def part_of(where, part):
    held = FIELDS & set(part)
    if len(held) != 1:
        yield f"{where}: a part needs exactly one of its data fields: {sorted(held)}"
    elif held == {"text"} and not part["text"] and not part.get("thoughtSignature"):
        yield f"{where}: an empty text"
    elif held == {"functionCall"} and not isinstance(part["functionCall"].get("args", {}), dict):
        yield f"{where}: args of a call have to be an object"
    elif held == {"functionResponse"} and not isinstance(part["functionResponse"].get("response"), dict):
        yield f"{where}: the response of a function has to be an object"


def names(content, kind):
    return [part[kind].get("name") for part in content.get("parts") or [] if kind in part]


def order_of(given):
    """Calls come after a user or results; as many results as calls right after them, of the same functions."""
    if given[0].get("role") == "model" and names(given[0], "functionCall"):
        yield "contents[0]: a function call turn comes after a user turn or a function response turn"
    for place, content in enumerate(given):
        calls, results = names(content, "functionCall"), names(content, "functionResponse")
        before = names(given[place - 1], "functionCall") if place else []
        if calls and place and given[place - 1].get("role") == "model":
            yield f"contents[{place}]: a function call turn comes after a user turn or a function response turn"
        if results and sorted(results) != sorted(before):
            yield (
                f"contents[{place}]: the number of function response parts has to equal the number of function call "
                f"parts of the function call turn: {results} for {before}"
            )
        if before and not results:
            yield f"contents[{place}]: calls before it had no response: {before}"
    if calls := names(given[-1], "functionCall"):
        yield f"these calls have no response: {calls}"

"""What every tool and every result has to keep to."""

import json

from jsonschema import Draft202012Validator

HINTS = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}


def schema(value, where):
    Draft202012Validator.check_schema(value)
    assert value["type"] == "object", f"{where}: {value}"
    for found in references(value):
        assert found.startswith("#"), f"{where}: refers to {found}"


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def tool(listed):
    name = listed["name"]
    assert listed["description"].strip(), name
    assert listed["title"].strip(), name
    schema(listed["inputSchema"], f"{name}: inputSchema")
    schema(listed["outputSchema"], f"{name}: outputSchema")
    annotations = listed["annotations"]
    assert set(annotations) <= HINTS, f"{name}: {annotations}"
    assert not (annotations.get("readOnlyHint") and annotations.get("destructiveHint")), f"{name}: {annotations}"


def result(found, listed):
    """Content and structured content are the same object, which keeps to the schema. Returns the object."""
    name = listed["name"]
    content = found["content"]
    assert len(content) >= 1 and content[0]["type"] == "text", f"{name}: {content}"
    text = json.loads(content[0]["text"])
    assert isinstance(text, dict), f"{name}: {text}"
    structured = found.get("structuredContent")
    if not found.get("isError"):
        assert structured is not None, f"{name} answers without structuredContent: {text}"
    if structured is not None:
        assert structured == text, f"{name}: {structured} is not {text}"
        problems = [error.message for error in Draft202012Validator(listed["outputSchema"]).iter_errors(structured)]
        assert not problems, f"{name}: {problems} in {structured}"
    return text


def outcome(case, found, listed):
    """Holds a result against what the table says. Returns its object."""
    value = result(found, listed)
    shown = found["content"][0]["text"]
    failed = bool(found.get("isError"))
    if case.operation:
        assert value["success"] is not failed, f"{case}: {shown[:300]}"
        assert value["operation"] == case.arguments["operation"], f"{case}: {shown[:300]}"
        assert value["message"].strip(), f"{case}: {shown[:300]}"
    if case.outcome == "ok":
        assert not failed, f"{case} failed: {shown[:500]}"
    else:
        assert failed, f"{case} should have been {case.outcome}: {shown[:500]}"
        unserved = "not served yet" in shown
        assert unserved == (case.outcome == "unserved"), f"{case} should have been {case.outcome}: {shown[:500]}"
    for word in case.holds:
        assert word in shown, f"{case}: {word!r} is not in {shown[:500]}"
    return value

"""What a provider was asked, whichever interface it was asked through (`Model.requests()`)."""

import json


def system(request):
    """The instructions."""
    body = request["body"]
    if "system" in body:
        return flat(body["system"])
    if "systemInstruction" in body:
        return flat(body["systemInstruction"]["parts"])
    if body.get("instructions"):
        return body["instructions"]
    first = turns(request)[0]
    return flat(first["content"]) if first.get("role") in ("system", "developer") else ""


def turns(request):
    body = request["body"]
    given = body.get("messages") or body.get("input") or body.get("contents")
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def flat(content):
    """All text in some content, the results of tools included."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(flat(part) for part in content)
    if isinstance(content, dict):
        for key in ("text", "content", "output", "parts"):
            if key in content:
                return flat(content[key])
        if "functionResponse" in content:
            return json.dumps(content["functionResponse"])
    return ""


def users(request):
    """The texts of the user's turns; the results of tools are not among them."""
    found = []
    for turn in turns(request):
        content = turn.get("content") or turn.get("parts")
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        words = [flat(p) for p in parts if p.get("type") != "tool_result" and "functionResponse" not in p]
        if turn.get("role") == "user" and any(words):
            found.append("\n".join(words))
    return found


def results(request):
    """What tools returned, in order: the text that the model reads."""
    found = []
    for turn in turns(request):
        if turn.get("role") == "tool" or turn.get("type") == "function_call_output":
            found.append(flat(turn))
        for part in turn.get("content") or turn.get("parts") or []:
            if isinstance(part, dict) and (part.get("type") == "tool_result" or "functionResponse" in part):
                found.append(flat(part))
    return found


def tools(request):
    """Name to JSON schema of the arguments."""
    found = {}
    for tool in request["body"].get("tools") or []:
        for one in tool.get("functionDeclarations") or [tool.get("function") or tool]:
            # Google takes both spellings.
            names = ("parameters", "input_schema", "parametersJsonSchema", "parameters_json_schema")
            found[one["name"]] = next((one[name] for name in names if one.get(name)), None)
    return found


def forced(request):
    """None when the model may choose, True when it has to call some tool, else the name of the tool."""
    google = request["body"].get("toolConfig", {}).get("functionCallingConfig", {})
    if google.get("mode") == "ANY":
        allowed = google.get("allowedFunctionNames") or []
        return allowed[0] if len(allowed) == 1 else True
    choice = request["body"].get("tool_choice")
    if isinstance(choice, dict):
        name = choice.get("name") or (choice.get("function") or {}).get("name")
        return name or (True if choice.get("type") in ("any", "required") else None)
    return True if choice in ("required", "any") else None


def model(request):
    return request["body"].get("model") or request["path"].split("/models/")[-1].split(":")[0]

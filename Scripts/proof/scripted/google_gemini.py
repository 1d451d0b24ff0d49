"""Google's Gemini: generateContent, and streamGenerateContent as events without an end mark."""

import base64
import json

from .answer import new_id, signature_of
from .frames import cut, data, text_frames, whole
from .script import View


def view(body):
    turns = []
    for content in body.get("contents") or []:
        parts = content.get("parts") or []
        if any("functionCall" in part for part in parts):
            turns.append(("calls", ""))
        elif any("functionResponse" in part for part in parts):
            turns.append(("result", ""))
            # Words may come with the results.
            if words := [part["text"] for part in parts if part.get("text")]:
                turns.append(("user", "\n".join(words)))
        elif content.get("role") == "model":
            turns.append(("other", ""))
        else:
            turns.append(("user", "\n".join(part.get("text") or "" for part in parts)))
    tools = {}
    for tool in body.get("tools") or []:
        for declared in tool.get("functionDeclarations") or []:
            schema = declared.get("parametersJsonSchema") or declared.get("parameters_json_schema")
            tools[declared.get("name")] = schema or declared.get("parameters")
    choice = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    mode, allowed = choice.get("mode", "AUTO").upper(), choice.get("allowedFunctionNames") or []
    forced = mode == "ANY" and (allowed[0] if len(allowed) == 1 else True)
    return View(turns, {} if mode == "NONE" else tools, forced)


def usage(tokens):
    return {
        "promptTokenCount": tokens["input"],
        "candidatesTokenCount": max(0, tokens["output"] - tokens["reasoning"]),
        "totalTokenCount": tokens["input"] + tokens["output"],
        "cachedContentTokenCount": tokens["cached"],
        "thoughtsTokenCount": tokens["reasoning"],
    }


def finish(answer):
    named = {"length": "MAX_TOKENS", "filter": "SAFETY", "malformed": "MALFORMED_FUNCTION_CALL"}.get(answer.finish)
    return named or ("PROHIBITED_CONTENT" if answer.refusal else "STOP")


def call_part(piece):
    """Arguments that are no JSON cannot be said here: the service ends with MALFORMED_FUNCTION_CALL instead."""
    made = {"name": piece.name, "args": json.loads(piece.text), **({"id": piece.id} if piece.id else {})}
    signed = base64.b64encode((piece.signature or signature_of(piece.name)).encode()).decode()
    return {"functionCall": made, "thoughtSignature": signed}


def is_malformed(piece):
    try:
        return piece.kind == "call" and not isinstance(json.loads(piece.text), dict)
    except ValueError:
        return True


def part_of(piece):
    if piece.kind == "call":
        return call_part(piece)
    if piece.kind == "think":
        return {"text": piece.text, "thought": True}
    return {"text": whole(piece)}


def shape(parts, body, reason=None, tokens=None):
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
    if not parts:
        candidate = {"content": {"role": "model"}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    return {
        "candidates": [candidate],
        **({"usageMetadata": usage(tokens)} if tokens else {}),
        "modelVersion": body.get("model", "gemini-2.5-flash"),
        "responseId": new_id("resp"),
    }


def sayable(answer):
    """The pieces that this service can say, and how the answer ends."""
    pieces = [p for p in answer.pieces if p.kind not in ("refuse", "redacted") and not is_malformed(p)]
    ending = "MALFORMED_FUNCTION_CALL" if any(is_malformed(p) for p in answer.calls) else finish(answer)
    return pieces, ending


def blocked(answer, body, tokens):
    """A prompt that is refused has no candidates at all."""
    counts = {**usage(tokens), "candidatesTokenCount": 0}
    return {
        "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
        "usageMetadata": counts,
        "modelVersion": body.get("model", "gemini-2.5-flash"),
    }


def plain(answer, body, tokens):
    pieces, ending = sayable(answer)
    if answer.refusal and not pieces:
        return blocked(answer, body, tokens)
    return shape([part_of(piece) for piece in pieces], body, ending, tokens)


def stream(answer, body, tokens, size):
    pieces, ending = sayable(answer)
    if answer.refusal and not pieces:
        return [data(blocked(answer, body, tokens))]
    frames = []
    for piece in pieces:
        if piece.kind == "call":
            frames.append(data(shape([call_part(piece)], body)))
        elif piece.kind == "think":
            frames += [data(shape([{"text": part, "thought": True}], body)) for part in cut(piece.text, size)]
        else:
            frames += text_frames(piece, size, lambda text: data(shape([{"text": text}], body)))
    last = [{"text": ""}] if pieces else []
    return [*frames, data(shape(last, body, ending, tokens))]

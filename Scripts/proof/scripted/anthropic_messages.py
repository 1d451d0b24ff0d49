"""Anthropic's messages: content blocks, signed thinking, redacted thinking."""

import json

from .answer import new_id, signature_of
from .frames import cut, event, text_frames, whole
from .openai_chat import text_of
from .script import View


def view(body):
    turns = []
    for message in body.get("messages") or []:
        content = message.get("content")
        blocks = content if isinstance(content, list) else []
        kinds = [block.get("type") for block in blocks]
        if message.get("role") == "user":
            turns += [("result", "") for kind in kinds if kind == "tool_result"]
            text = text_of(content)
            if text.strip():
                turns.append(("user", text))
        else:
            turns.append(("calls" if "tool_use" in kinds else "other", ""))
    choice = body.get("tool_choice") or {}
    tools = {tool.get("name"): tool.get("input_schema") for tool in body.get("tools") or []}
    forced = choice.get("name") if choice.get("type") == "tool" else choice.get("type") == "any"
    return View(turns, {} if choice.get("type") == "none" else tools, forced)


def usage(tokens):
    """What came from the cache, and what went into it, is not counted among the input here."""
    return {
        "input_tokens": max(0, tokens["input"] - tokens["cached"] - tokens["cache_write"]),
        "cache_creation_input_tokens": tokens["cache_write"],
        "cache_read_input_tokens": tokens["cached"],
        "output_tokens": tokens["output"],
        "service_tier": "standard",
    }


def block(piece):
    if piece.kind == "think":
        return {"type": "thinking", "thinking": piece.text, "signature": piece.signature or signature_of(piece.text)}
    if piece.kind == "redacted":
        return {"type": "redacted_thinking", "data": piece.text}
    if piece.kind == "call":
        try:
            given = json.loads(piece.text)
        except ValueError:
            given = piece.text  # the service has no way to say it; a gateway in front of another model may
        return {"type": "tool_use", "id": piece.id or new_id("toolu_"), "name": piece.name, "input": given}
    return {"type": "text", "text": whole(piece)}


def stop_reason(answer):
    named = {"length": "max_tokens", "filter": "refusal", "pause": "pause_turn"}.get(answer.finish)
    return named or ("refusal" if answer.refusal else "tool_use" if answer.calls else "end_turn")


def plain(answer, body, tokens):
    return {
        "id": new_id("msg_"),
        "type": "message",
        "role": "assistant",
        "model": body.get("model"),
        "content": [block(piece) for piece in answer.pieces],
        "stop_reason": stop_reason(answer),
        "stop_sequence": None,
        "usage": usage(tokens),
    }


def stream(answer, body, tokens, size):
    full = plain(answer, body, tokens)
    counts = usage(tokens)
    frames = []

    def send(name, **fields):
        frames.append(event(name, {"type": name, **fields}))

    def delta(place, kind, key, text):
        change = {"type": kind, key: text}
        return event("content_block_delta", {"type": "content_block_delta", "index": place, "delta": change})

    start = {**full, "content": [], "stop_reason": None, "usage": {**counts, "output_tokens": 1}}
    send("message_start", message=start)
    for place, (piece, made) in enumerate(zip(answer.pieces, full["content"], strict=True)):
        empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
        send("content_block_start", index=place, content_block={**made, **empty.get(made["type"], {})})
        if place == 0:
            send("ping")
        if made["type"] == "text":
            frames += text_frames(piece, size, lambda text, n=place: delta(n, "text_delta", "text", text))
        elif made["type"] == "thinking":
            frames += [delta(place, "thinking_delta", "thinking", part) for part in cut(piece.text, size)]
            frames.append(delta(place, "signature_delta", "signature", made["signature"]))
        elif made["type"] == "tool_use":
            frames.append(delta(place, "input_json_delta", "partial_json", ""))
            frames += [delta(place, "input_json_delta", "partial_json", part) for part in cut(piece.text, size)]
        send("content_block_stop", index=place)
    ended = {"stop_reason": full["stop_reason"], "stop_sequence": None}
    send("message_delta", delta=ended, usage={"output_tokens": tokens["output"]})
    send("message_stop")
    return frames

"""OpenAI's responses: items instead of messages, named events in the stream."""

import time

from .answer import new_id
from .frames import cut, event, text_frames, whole
from .openai_chat import forced_by, text_of
from .script import View


def view(body):
    given = body.get("input") or []
    turns = []
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else given:
        if item.get("type") == "function_call":
            # Parallel calls are items of their own, but one answer.
            if not turns or turns[-1][0] != "calls":
                turns.append(("calls", ""))
        elif item.get("type") == "function_call_output":
            turns.append(("result", str(item.get("output"))))
        elif item.get("role") == "user":
            turns.append(("user", text_of(item.get("content"))))
        elif item.get("type") != "reasoning":
            turns.append(("other", ""))
    tools = {tool.get("name"): tool.get("parameters") for tool in body.get("tools") or []}
    return View(turns, {} if body.get("tool_choice") == "none" else tools, forced_by(body.get("tool_choice")))


def items_of(answer, body):
    """Output items, each with the piece it is made of. A redacted thought is a reasoning item without a summary."""
    encrypted = "reasoning.encrypted_content" in (body.get("include") or [])
    for piece in answer.pieces:
        if piece.kind in ("think", "redacted"):
            summary = [{"type": "summary_text", "text": piece.text}] if piece.kind == "think" else []
            kept = piece.signature or (piece.text if piece.kind == "redacted" else new_id("gAAAA"))
            yield (
                piece,
                {
                    "type": "reasoning",
                    "id": new_id("rs_"),
                    "summary": summary,
                    **({"encrypted_content": kept} if encrypted else {}),
                },
            )
        elif piece.kind == "call":
            yield (
                piece,
                {
                    "type": "function_call",
                    "id": new_id("fc_"),
                    "call_id": piece.id or new_id("call_"),
                    "name": piece.name,
                    "arguments": piece.text,
                    "status": "completed",
                },
            )
        else:
            yield (
                piece,
                {
                    "type": "message",
                    "id": new_id("msg_"),
                    "role": "assistant",
                    "status": "completed",
                    "content": [part_of(piece)],
                },
            )


def part_of(piece):
    if piece.kind == "refuse":
        return {"type": "refusal", "refusal": piece.text}
    return {"type": "output_text", "text": whole(piece), "annotations": [], "logprobs": []}


def response(answer, body, tokens, output):
    reason = {"length": "max_output_tokens", "filter": "content_filter"}.get(answer.finish)
    return {
        "id": new_id("resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "incomplete" if reason else "completed",
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": None,
        "metadata": {},
        "model": body.get("model"),
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "top_p": 1.0,
        "text": {"format": {"type": "text"}},
        "usage": {
            "input_tokens": tokens["input"],
            "input_tokens_details": {"cached_tokens": tokens["cached"], "cache_write_tokens": tokens["cache_write"]},
            "output_tokens": tokens["output"],
            "output_tokens_details": {"reasoning_tokens": tokens["reasoning"]},
            "total_tokens": tokens["input"] + tokens["output"],
        },
    }


def plain(answer, body, tokens):
    return response(answer, body, tokens, [item for _, item in items_of(answer, body)])


class Events:
    """Frames with their running number."""

    def __init__(self):
        self.frames, self.number = [], 0

    def __call__(self, kind, /, **fields):
        self.frames.append(self.made(kind, fields))

    def made(self, kind, fields):
        frame = event(kind, {"type": kind, "sequence_number": self.number, **fields})
        self.number += 1
        return frame

    def texts(self, kind, piece, size, **fields):
        self.frames += text_frames(piece, size, lambda text: self.made(kind, {**fields, "delta": text}))


def stream(answer, body, tokens, size):
    send = Events()
    pairs = list(items_of(answer, body))
    full = response(answer, body, tokens, [item for _, item in pairs])
    begun = {**full, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    send("response.created", response=begun)
    send("response.in_progress", response=begun)
    for place, (piece, item) in enumerate(pairs):
        bare = {"arguments": ""} if piece.kind == "call" else {}
        bare = {"summary": []} if item["type"] == "reasoning" else bare
        bare = {"content": []} if item["type"] == "message" else bare
        status = {} if item["type"] == "reasoning" else {"status": "in_progress"}
        send("response.output_item.added", output_index=place, item={**item, **bare, **status})
        where = {"item_id": item["id"], "output_index": place}
        if piece.kind == "call":
            for part in cut(piece.text, size):
                send("response.function_call_arguments.delta", **where, delta=part)
            send("response.function_call_arguments.done", **where, name=piece.name, arguments=piece.text)
        elif piece.kind == "think":
            summarize(send, piece, {**where, "summary_index": 0}, size)
        elif item["type"] == "message":
            say(send, piece, {**where, "content_index": 0}, item["content"][0], size)
        send("response.output_item.done", output_index=place, item=item)
    send("response.incomplete" if full["incomplete_details"] else "response.completed", response=full)
    return send.frames


def summarize(send, piece, where, size):
    send("response.reasoning_summary_part.added", **where, part={"type": "summary_text", "text": ""})
    send.texts("response.reasoning_summary_text.delta", piece, size, **where)
    send("response.reasoning_summary_text.done", **where, text=piece.text)
    send("response.reasoning_summary_part.done", **where, part={"type": "summary_text", "text": piece.text})


def say(send, piece, where, part, size):
    if piece.kind == "refuse":
        send("response.content_part.added", **where, part={"type": "refusal", "refusal": ""})
        send.texts("response.refusal.delta", piece, size, **where)
        send("response.refusal.done", **where, refusal=piece.text)
    else:
        send("response.content_part.added", **where, part={**part, "text": ""})
        send.texts("response.output_text.delta", piece, size, **where, logprobs=[])
        send("response.output_text.done", **where, text=part["text"], logprobs=[])
    send("response.content_part.done", **where, part=part)

"""OpenAI's chat completions, which Ollama, vLLM, LM Studio and many others speak too."""

import time

from .answer import new_id
from .frames import cut, data, text_frames, whole
from .script import View


def text_of(content):
    if isinstance(content, str):
        return content
    parts = [part for part in content or [] if isinstance(part, dict)]
    return "\n".join(
        part.get("text") or "" for part in parts if part.get("type") in ("text", "input_text", "output_text")
    )


def forced_by(choice):
    """What `tool_choice` says: False, True (any) or a name."""
    if isinstance(choice, dict):
        return (
            choice.get("name")
            or (choice.get("function") or {}).get("name")
            or choice.get("type") in ("any", "required")
        )
    return choice in ("required", "any")


def view(body):
    turns = []
    for message in body.get("messages") or []:
        role = message.get("role")
        if role == "user":
            turns.append(("user", text_of(message.get("content"))))
        elif role == "assistant" and message.get("tool_calls"):
            turns.append(("calls", ""))
        elif role == "tool":
            turns.append(("result", text_of(message.get("content"))))
        else:
            turns.append(("other", ""))
    functions = [tool.get("function") or tool for tool in body.get("tools") or []]
    tools = {} if body.get("tool_choice") == "none" else {f.get("name"): f.get("parameters") for f in functions}
    return View(turns, tools, forced_by(body.get("tool_choice")))


def usage(tokens):
    return {
        "prompt_tokens": tokens["input"],
        "completion_tokens": tokens["output"],
        "total_tokens": tokens["input"] + tokens["output"],
        "prompt_tokens_details": {"cached_tokens": tokens["cached"], "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": tokens["reasoning"],
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def finish(answer):
    named = {"length": "length", "filter": "content_filter"}.get(answer.finish)
    return named or ("tool_calls" if answer.calls else "stop")


def calls_of(answer):
    return [
        {
            "id": piece.id or new_id("call_"),
            "type": "function",
            "function": {"name": piece.name, "arguments": piece.text},
        }
        for piece in answer.calls
    ]


def logprobs(body, text):
    if not body.get("logprobs"):
        return None
    words = [{"token": word, "logprob": -0.1, "bytes": list(word.encode())} for word in text.split()]
    top = [{"top_logprobs": [dict(word)] * min(1, body.get("top_logprobs") or 0)} for word in words]
    return {"content": [{**word, **more} for word, more in zip(words, top, strict=True)], "refusal": None}


def base(body, kind):
    return {
        "id": new_id("chatcmpl-", 29),
        "object": kind,
        "created": int(time.time()),
        "model": body.get("model"),
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }


def plain(answer, body, tokens):
    text = "".join(whole(piece) for piece in answer.pieces if piece.kind == "text")
    message = {"role": "assistant", "content": text or None, "refusal": answer.refusal or None, "annotations": []}
    thoughts = "".join(piece.text for piece in answer.pieces if piece.kind == "think")
    if thoughts:
        message["reasoning_content"] = thoughts
    if answer.calls:
        message["tool_calls"] = calls_of(answer)
    choice = {"index": 0, "message": message, "logprobs": logprobs(body, text), "finish_reason": finish(answer)}
    return {**base(body, "chat.completion"), "choices": [choice], "usage": usage(tokens)}


def stream(answer, body, tokens, size):
    """The frames: the role first, then pieces, the finish, the counts when they were asked for, and `[DONE]`."""
    common = base(body, "chat.completion.chunk")
    counted = (body.get("stream_options") or {}).get("include_usage")

    def chunk(delta, reason=None, probabilities=None):
        choice = {"index": 0, "delta": delta, "logprobs": probabilities, "finish_reason": reason}
        return data({**common, "choices": [choice], **({"usage": None} if counted else {})})

    frames = [chunk({"role": "assistant", "content": None if answer.calls else "", "refusal": None})]
    place = 0
    for piece in answer.pieces:
        if piece.kind == "text":
            frames += text_frames(piece, size, lambda text: chunk({"content": text}, None, logprobs(body, text)))
        elif piece.kind == "think":
            frames += [chunk({"reasoning_content": part}) for part in cut(piece.text, size)]
        elif piece.kind == "refuse":
            frames += [chunk({"refusal": part}) for part in cut(piece.text, size)]
        elif piece.kind == "call":
            named = {"id": piece.id or new_id("call_"), "type": "function"}
            first = {"index": place, **named, "function": {"name": piece.name, "arguments": ""}}
            frames.append(chunk({"tool_calls": [first]}))
            for part in cut(piece.text, size):
                frames.append(chunk({"tool_calls": [{"index": place, "function": {"arguments": part}}]}))
            place += 1
    frames.append(chunk({}, finish(answer)))
    if counted:
        frames.append(data({**common, "choices": [], "usage": usage(tokens)}))
    return [*frames, b"data: [DONE]\n\n"]

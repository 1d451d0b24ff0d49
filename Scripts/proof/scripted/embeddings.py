"""Vectors that are near for texts with common words: each word adds to eight places that its hash names."""

import base64
import hashlib
import math
import re
import struct

from .answer import new_id

DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
WORD = re.compile(r"\w+")


def vector(text, dimensions):
    numbers = [0.0] * dimensions
    for word in WORD.findall(text.lower()) or ["nothing"]:
        digest = hashlib.blake2b(word.encode(), digest_size=32).digest()
        for place, sign in struct.iter_unpack("<HxB", digest):
            numbers[place % dimensions] += 1.0 if sign & 1 else -1.0
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


def texts_of(given):
    if isinstance(given, str):
        return [given]
    if given and isinstance(given[0], int):
        return [" ".join(map(str, given))]
    return [text if isinstance(text, str) else " ".join(map(str, text)) for text in given or []]


def openai(body):
    texts = texts_of(body.get("input"))
    dimensions = int(body.get("dimensions") or DIMENSIONS.get(body.get("model"), 1536))
    packed = body.get("encoding_format") == "base64"
    items = []
    for place, text in enumerate(texts):
        numbers = vector(text, dimensions)
        kept = base64.b64encode(struct.pack(f"<{dimensions}f", *numbers)).decode() if packed else numbers
        items.append({"object": "embedding", "index": place, "embedding": kept})
    count = sum(len(text) // 4 + 1 for text in texts)
    usage = {"prompt_tokens": count, "total_tokens": count}
    return {"object": "list", "data": items, "model": body.get("model"), "usage": usage, "id": new_id("embd-")}


def google(body):
    requests = body["requests"] if "requests" in body else [body]
    made = []
    for request in requests:
        text = "\n".join(part.get("text") or "" for part in request["content"]["parts"])
        made.append({"values": vector(text, int(request.get("outputDimensionality") or 768))})
    return {"embeddings": made} if "requests" in body else {"embedding": made[0]}


def ollama(body):
    return {
        "model": body.get("model"),
        "embeddings": [vector(text, 768) for text in texts_of(body.get("input"))],
        "total_duration": 1_000_000,
        "load_duration": 1_000,
        "prompt_eval_count": 1,
    }

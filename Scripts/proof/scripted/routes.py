"""Which interface a request asks for, and what is not a model's answer: lists, vectors, counts."""

import json
import urllib.parse

from . import embeddings, listings
from .frames import dumps


def readable(raw):
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")


def key_of(request):
    headers = request.headers
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    query = dict(urllib.parse.parse_qsl(request.query))
    return (
        headers.get("x-api-key")
        or headers.get("api-key")
        or headers.get("x-goog-api-key")
        or bearer
        or query.get("key")
    )


def service_by(request, path):
    """Whose words to use where no model is asked."""
    if "/v1beta" in path:
        return "google"
    return "anthropic" if "anthropic-version" in request.headers or path.endswith("/messages") else "chat"


def route(request, path):
    """(interface, whether its address says that it streams, the model in the address) of a request to a model."""
    if request.method != "POST":
        return None, False, ""
    if path.endswith("/chat/completions"):
        return "chat", False, model_in(request.body)
    if path.endswith("/responses"):
        return "responses", False, model_in(request.body)
    if path.endswith("/messages"):
        return "anthropic", False, model_in(request.body)
    name, _, verb = urllib.parse.unquote(path).rpartition("/models/")[2].partition(":")
    if path.endswith(("generateContent", "GenerateContent")) and verb in ("generateContent", "streamGenerateContent"):
        return "google", verb == "streamGenerateContent", name
    return None, False, ""


def model_in(body):
    value = readable(body)
    return str(value.get("model")) if isinstance(value, dict) else ""


def listed(request, path, names):
    if path == "/api/tags":
        return listings.ollama_tags(names)
    if path == "/api/version":
        return {"version": "0.12.6"}
    service = service_by(request, path)
    if path.endswith("/models"):
        make = {"google": listings.google, "anthropic": listings.anthropic, "chat": listings.openai}[service]
        return make(names)
    where, _, name = urllib.parse.unquote(path).partition("/models/")
    if not name:
        return None
    if service == "google":
        return next((m for m in listings.google(names)["models"] if m["name"] == f"models/{name}"), None)
    shape = listings.anthropic(names) if service == "anthropic" else listings.openai(names)
    return next((m for m in shape["data"] if m["id"] == name), None)


def computed(path, body):
    """(interface, result) of a request that asks for neither words nor lists."""
    if path.endswith("/embeddings"):
        return "embeddings", embeddings.openai(body)
    if path.endswith((":embedContent", ":batchEmbedContents")):
        return "embeddings", embeddings.google(body)
    if path == "/api/embed":
        return "embeddings", embeddings.ollama(body)
    if path.endswith("/messages/count_tokens"):
        return "tokens", {"input_tokens": len(dumps(body)) // 4}
    if path.endswith(":countTokens"):
        return "tokens", {"totalTokens": len(dumps(body)) // 4}
    if path == "/api/show":
        return "models", listings.ollama_show(body)
    return None, None

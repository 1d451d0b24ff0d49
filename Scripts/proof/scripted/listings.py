"""The lists of models of each service, by names that may be set."""

import time

NAMES = {
    "openai": [
        "gpt-4o",
        "gpt-4o-mini",
        "gpt-4.1",
        "gpt-4.1-mini",
        "gpt-5",
        "gpt-5-mini",
        "text-embedding-3-small",
        "text-embedding-3-large",
    ],
    "anthropic": ["claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805", "claude-haiku-4-5-20251001"],
    "google": ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-embedding-001"],
    "ollama": ["qwen3:4b", "nomic-embed-text:latest"],
}


def openai(names):
    data = [{"id": name, "object": "model", "created": 1715367049, "owned_by": "system"} for name in names["openai"]]
    return {"object": "list", "data": data}


def anthropic(names):
    data = [
        {
            "type": "model",
            "id": name,
            "display_name": name.replace("-", " ").title(),
            "created_at": "2025-09-29T00:00:00Z",
            "lifecycle": "active",
            "max_input_tokens": 200_000,
            "max_tokens": 64_000,
        }
        for name in names["anthropic"]
    ]
    return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}


def google(names):
    models = []
    for name in names["google"]:
        embeds = "embedding" in name
        models.append(
            {
                "name": f"models/{name}",
                "version": "001",
                "displayName": name.replace("-", " ").title(),
                "description": f"{name}, scripted",
                "inputTokenLimit": 2048 if embeds else 1_048_576,
                "outputTokenLimit": 1 if embeds else 65_536,
                "supportedGenerationMethods": ["embedContent"] if embeds else ["generateContent", "countTokens"],
            }
        )
    return {"models": models}


def ollama_tags(names):
    details = {"parent_model": "", "format": "gguf", "family": "qwen3", "families": ["qwen3"]}
    details |= {"parameter_size": "4.0B", "quantization_level": "Q4_K_M"}
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    common = {"modified_at": now, "size": 2_620_788_260, "digest": "e" * 64, "details": details}
    return {"models": [{"name": name, "model": name, **common} for name in names["ollama"]]}


def ollama_show(body):
    name = body.get("model") or body.get("name") or ""
    embeds = "embed" in name
    family = "nomic-bert" if embeds else "qwen3"
    information = {"general.architecture": family, f"{family}.context_length": 2048 if embeds else 40_960}
    information[f"{family}.embedding_length"] = 768 if embeds else 2560
    capabilities = ["embedding"] if embeds else ["completion", "tools", "thinking"]
    return {"details": {"family": family}, "model_info": information, "capabilities": capabilities}

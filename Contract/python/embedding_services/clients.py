"""The services' own Python packages, each asked to make a recorded request and to read its recorded reply."""

import google.genai
import google.genai.errors
import google.genai.types
import ollama
import openai
import openai.types

# Errors of a package and where it keeps the status.
REFUSALS = {
    "openai": (openai.APIStatusError, "status_code"),
    "azure": (openai.APIStatusError, "status_code"),
    "ollama": (ollama.ResponseError, "status_code"),
    "google": (google.genai.errors.APIError, "code"),
}


def embed(recording, url):
    """The vectors that the package reads from the recorded reply; raises what it raises for a refusal."""
    return {"openai": by_openai, "azure": by_azure, "ollama": by_ollama, "google": by_google}[recording["sdk"]](
        recording, url
    )


def by_openai(recording, url):
    root = recording["request"]["path"].removesuffix("/embeddings")
    client = openai.OpenAI(base_url=url + root, api_key=key(recording), max_retries=0)
    return openai_vectors(recording, client)


def by_azure(recording, url):
    client = openai.AzureOpenAI(
        azure_endpoint=url,
        api_version=recording["provider"]["version"],
        api_key=key(recording),
        max_retries=0,
    )
    return openai_vectors(recording, client)


def openai_vectors(recording, client):
    body = recording["request"]["body"]
    assert body.keys() <= openai.types.EmbeddingCreateParams.__annotations__.keys()
    options = {"encoding_format": "float", **body}
    if options["encoding_format"] == "base64":
        # Left out, the package asks for base64 and decodes it itself.
        del options["encoding_format"]
    reply = client.embeddings.create(**options)
    # Only now: the package's own strict mode checks before it has decoded base64.
    reply = openai.types.CreateEmbeddingResponse.model_validate(reply.model_dump())
    assert [item.index for item in reply.data] == list(range(len(reply.data)))
    return [item.embedding for item in reply.data]


def by_ollama(recording, url):
    body = recording["request"]["body"]
    ollama._types.EmbedRequest(**body)
    reply = ollama.Client(host=url).embed(**body)
    return [list(vector) for vector in ollama.EmbedResponse.model_validate(reply.model_dump()).embeddings]


def by_google(recording, url):
    types = google.genai.types
    client = google.genai.Client(
        api_key=key(recording), http_options=types.HttpOptions(base_url=url, api_version="v1beta")
    )
    requests = recording["request"]["body"]["requests"]
    config = types.EmbedContentConfig(
        task_type=requests[0].get("taskType"), output_dimensionality=requests[0].get("outputDimensionality")
    )
    contents = [types.Content.model_validate(request["content"]) for request in requests]
    model = requests[0]["model"].removeprefix("models/")
    reply = client.models.embed_content(model=model, contents=contents, config=config)
    return [item.values for item in reply.embeddings]


def key(recording):
    return recording["provider"].get("key", "none")

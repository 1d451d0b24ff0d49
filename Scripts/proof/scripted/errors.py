"""What each service says when it refuses: status, headers and body by what is meant, in the service's own words."""

from .answer import new_id
from .frames import data, event

# Meaning: the status that OpenAI, Anthropic and Google use for it.
STATUS = {
    "authentication": (401, 401, 400),
    "credits": (429, 400, 429),
    "permission": (403, 403, 403),
    "model_not_found": (404, 404, 404),
    "context_length": (400, 400, 400),
    "bad_request": (400, 400, 400),
    "rate_limit": (429, 429, 429),
    "server_error": (500, 500, 500),
    "overloaded": (503, 529, 503),
    "too_large": (413, 413, 413),
    "timeout": (408, 504, 504),
}

MEANING = {
    400: "bad_request",
    401: "authentication",
    402: "credits",
    403: "permission",
    404: "model_not_found",
    408: "timeout",
    413: "too_large",
    429: "rate_limit",
    500: "server_error",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}

OPENAI = {
    "authentication": (
        "Incorrect API key provided: sk-wrong. You can find your API key at https://platform.openai.com/account/api-keys.",
        "invalid_request_error",
        "invalid_api_key",
    ),
    "credits": (
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "permission": (
        "Country, region, or territory not supported",
        "request_forbidden",
        "unsupported_country_region_territory",
    ),
    "model_not_found": (
        "The model `{model}` does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
    ),
    "context_length": (
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130512 tokens. "
        "Please reduce the length of the messages.",
        "invalid_request_error",
        "context_length_exceeded",
    ),
    "bad_request": ("Invalid value for 'temperature': expected a value of at most 2.", "invalid_request_error", None),
    "rate_limit": (
        "Rate limit reached for {model} in organization org-scripted on tokens per min (TPM): Limit 30000, Used "
        "29500, Requested 1200. Please try again in 1.4s. Visit "
        "https://platform.openai.com/account/rate-limits to learn more.",
        "tokens",
        "rate_limit_exceeded",
    ),
    "server_error": ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    "overloaded": ("The engine is currently overloaded, please try again later.", "server_error", None),
    "too_large": ("Request too large.", "invalid_request_error", "request_too_large"),
    "timeout": ("Request timed out.", "timeout", "timeout"),
}

ANTHROPIC = {
    "authentication": ("authentication_error", "invalid x-api-key"),
    "credits": (
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
        "purchase credits.",
    ),
    "permission": ("permission_error", "Your API key does not have permission to use the specified resource."),
    "model_not_found": ("not_found_error", "model: {model}"),
    "context_length": ("invalid_request_error", "prompt is too long: 210512 tokens > 200000 maximum"),
    "bad_request": ("invalid_request_error", "temperature: Input should be less than or equal to 1"),
    "rate_limit": (
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 30,000 input tokens per minute.",
    ),
    "server_error": ("api_error", "Internal server error"),
    "overloaded": ("overloaded_error", "Overloaded"),
    "too_large": ("request_too_large", "Request exceeds the maximum size"),
    "timeout": ("timeout_error", "Request timed out"),
}

GOOGLE = {
    "authentication": ("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "credits": ("RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."),
    "permission": ("PERMISSION_DENIED", "Permission denied on resource project scripted."),
    "model_not_found": (
        "NOT_FOUND",
        "models/{model} is not found for API version v1beta, or is not supported for generateContent.",
    ),
    "context_length": (
        "INVALID_ARGUMENT",
        "The input token count (1200512) exceeds the maximum number of tokens allowed (1048576).",
    ),
    "bad_request": ("INVALID_ARGUMENT", "Invalid value at 'generation_config.temperature' (TYPE_FLOAT)"),
    "rate_limit": ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "server_error": ("INTERNAL", "An internal error has occurred. Please retry."),
    "overloaded": ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    "too_large": ("INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes."),
    "timeout": ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}

SERVICES = ("openai", "anthropic", "google")


def service_of(interface):
    """Chat and responses are both OpenAI's; what only lists models speaks as OpenAI too."""
    return interface if interface in SERVICES else "openai"


def body_for(service, meaning, status, model):
    if service == "anthropic":
        kind, message = ANTHROPIC[meaning]
        told = {"type": kind, "message": message.format(model=model)}
        if status == 402:
            told["type"] = "billing_error"
        return {"type": "error", "error": told, "request_id": new_id("req_")}
    if service == "google":
        code, message = GOOGLE[meaning]
        told = {"code": status, "message": message.format(model=model), "status": code}
        if meaning == "authentication":
            where = {"service": "generativelanguage.googleapis.com"}
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            told["details"] = [
                {"@type": kind, "reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": where}
            ]
        return {"error": told}
    message, kind, code = OPENAI[meaning]
    parameter = "messages" if meaning == "context_length" else None
    return {"error": {"message": message.format(model=model), "type": kind, "param": parameter, "code": code}}


def refusal(interface, fault, model):
    """(status, headers, body) of {"kind": meaning} or {"kind": "status", "status": n}, with retry_after if given."""
    service = service_of(interface)
    if fault["kind"] == "status":
        status = int(fault["status"])
        meaning = MEANING.get(status, "server_error" if status >= 500 else "bad_request")
    else:
        meaning = fault["kind"]
        status = int(fault.get("status") or STATUS[meaning][SERVICES.index(service)])
    headers = {}
    if "retry_after" in fault:
        headers["retry-after"] = str(fault["retry_after"])
    if status == 502:
        # What answers there is a proxy.
        return status, headers, b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return status, headers, body_for(service, meaning, status, model)


def stream_event(interface, meaning, model):
    """An error in a stream whose status was 200."""
    service = service_of(interface)
    body = body_for(service, meaning, STATUS[meaning][SERVICES.index(service)], model)
    if service == "anthropic":
        return event("error", {"type": "error", "error": body["error"]})
    if interface == "responses":
        told = body["error"]
        return event(
            "error",
            {"type": "error", "code": told["code"], "message": told["message"], "param": None, "sequence_number": 99},
        )
    return data(body)

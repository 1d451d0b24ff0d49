"""The services' rules for requests, so far as they are known; each check gives texts of complaint."""

import hashlib

from . import validity_anthropic, validity_google, validity_openai

CHECKS = {
    "chat": validity_openai.chat,
    "responses": validity_openai.responses,
    "anthropic": validity_anthropic.messages,
    "google": validity_google.contents,
}


def violations(interface, body, headers):
    """What the service of this interface would refuse in the request; empty when it would take it."""
    if not isinstance(body, dict):
        return ["the body is not an object"]
    found = list(CHECKS[interface](body))
    if interface == "anthropic" and "anthropic-version" not in headers:
        found.append("there is no header anthropic-version")
    return found


def remember(answer):
    """Keeps which signature was given for which thought; other ones coming back are forgeries."""
    for piece in answer.pieces:
        if piece.kind == "think" and piece.signature:
            validity_anthropic.ISSUED.add((hashlib.sha256(piece.text.encode()).digest(), piece.signature))

"""The recorded requests and answers, and how the services' own packages read them."""

import json
import pathlib

FOLDER = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "chat-services"
REQUESTS = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "requests").glob("*.json"))}
STREAMS = {path.stem: path.read_text() for path in sorted((FOLDER / "answers").glob("*.sse"))}
WHOLE = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "answers").glob("*.json"))}


def service(name):
    """`anthropic-adaptive.text` and `anthropic-calls` are of `anthropic`."""
    return name.partition(".")[0].partition("-")[0]


def events(text):
    """The data of each event, without the word that ends a stream."""
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def plain(value):
    """What a package made of JSON, as JSON: its lists are read to their ends, which is when they are checked."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(element) for element in value]

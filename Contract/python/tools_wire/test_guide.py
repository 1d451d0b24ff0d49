"""The examples of docs/tools.md do what the page says."""

import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).parents[3] / "docs/tools.md"
BLOCKS = re.findall(
    r"<!-- run: (.*?) -->\n```(python|javascript)\n(.*?)```\n+(?:gives `(.*?)`)?", PAGE.read_text(), re.S
)


def test_the_page_has_examples():
    assert len(BLOCKS) == 4


@pytest.mark.parametrize(("args", "language", "source", "expected"), BLOCKS)
def test_example(api, args, language, source, expected):
    import json

    body = {"source_code": source, "source_type": language, **json.loads(args)}
    reply = api.post("/v1/tools/run", body)
    assert reply.status == 200, reply
    assert (reply.json()["tool_return"], reply.json()["status"]) == (expected, "success"), reply

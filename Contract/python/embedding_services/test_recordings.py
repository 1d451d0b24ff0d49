"""Roost's recorded requests are what the services' own packages send, and its recorded replies are what they read."""

import math

import pytest
from clients import REFUSALS, embed


def test_the_package_sends_the_same_request(recording, player):
    try:
        embed(recording, player.url)
    except REFUSALS[recording["sdk"]][0]:
        pass
    ours, theirs = recording["request"], player.seen[0]
    assert theirs["path"] == ours["path"]
    assert theirs["query"] == ours["query"]
    for name in ("authorization", "api-key", "x-goog-api-key"):
        # Servers of one's own may get no key, which the packages cannot do; Azure's version 1 takes the key
        # in either field.
        if recording["provider"].get("key") and (recording["provider"]["name"], recording["sdk"]) != (
            "azure",
            "openai",
        ):
            assert theirs["headers"].get(name) == ours["headers"].get(name)
    body = dict(theirs["body"])
    if "encoding_format" not in ours["body"]:
        body.pop("encoding_format", None)
    assert body == ours["body"]


def test_the_package_reads_the_reply(recording, player):
    if "error" in recording:
        error, status = REFUSALS[recording["sdk"]]
        with pytest.raises(error) as raised:
            embed(recording, player.url)
        assert getattr(raised.value, status) == recording["reply"]["status"]
        return
    vectors = embed(recording, player.url)
    assert len(vectors) == len(recording["vectors"])
    for found, expected in zip(vectors, recording["vectors"], strict=True):
        length = math.sqrt(sum(number * number for number in found))
        assert [number / length for number in found] == pytest.approx(expected, abs=1e-6)

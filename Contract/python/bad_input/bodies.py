"""Wrong bodies: wrong types, wrong items, bytes that are no JSON, broken forms."""

import json

from case import Case, X, json_case


# Bodies that pass, one for every route that takes one: the ground that mistakes are put into.
def good_bodies(agent, archive, provider=f"provider-{X}"):
    return {
        ("POST", "/v1/agents/"): {"name": "n", "model": "openai/gpt-4o", "memory_blocks": []},
        ("PATCH", f"/v1/agents/{agent}"): {"name": "n"},
        ("POST", "/v1/blocks/"): {"label": "l", "value": "v"},
        ("POST", f"/v1/agents/{agent}/archival-memory"): {"text": "t"},
        ("POST", "/v1/archives/"): {"name": "n"},
        ("PATCH", f"/v1/archives/{archive}"): {"name": "n"},
        ("POST", f"/v1/archives/{archive}/passages"): {"text": "t"},
        ("POST", f"/v1/archives/{archive}/passages/batch"): {"passages": [{"text": "t"}]},
        ("POST", "/v1/passages/search"): {"query": "q"},
        ("POST", "/v1/roost/search"): {"query": "q"},
        ("POST", f"/v1/roost/archives/{archive}/reembed"): {},
        ("POST", "/v1/identities/"): {"identifier_key": "k", "name": "n", "identity_type": "user"},
        ("PATCH", f"/v1/agents/{agent}/core-memory/blocks/human"): {"value": "v"},
        ("POST", "/v1/providers/"): {"name": "n", "provider_type": "openai", "api_key": "k"},
        ("POST", "/v1/providers/check"): {"provider_type": "openai", "api_key": "k"},
        ("PATCH", f"/v1/providers/{provider}"): {"api_key": "k"},
        ("POST", "/v1/messages/search"): {"query": "q"},
        ("POST", "/v1/agents/messages/search"): {"query": "q"},
    }


TEXT, NUMBER, FLAG, LIST, OBJECT = "text", "number", "flag", "list", "object"


FIELDS = {
    "/v1/agents/": {
        "name": TEXT,
        "memory_blocks": LIST,
        "tools": LIST,
        "tool_ids": LIST,
        "block_ids": LIST,
        "tags": LIST,
        "system": TEXT,
        "agent_type": TEXT,
        "include_base_tools": FLAG,
        "description": TEXT,
        "metadata": OBJECT,
        "model": TEXT,
        "embedding": TEXT,
        "context_window_limit": NUMBER,
        "identity_ids": LIST,
        "timezone": TEXT,
        "enable_sleeptime": FLAG,
        "message_buffer_autoclear": FLAG,
        "hidden": FLAG,
        "tool_rules": LIST,
        "initial_message_sequence": LIST,
        "project_id": TEXT,
    },
    "/v1/agents/{agent}": {
        "name": TEXT,
        "tags": LIST,
        "system": TEXT,
        "description": TEXT,
        "metadata": OBJECT,
        "block_ids": LIST,
        "tool_ids": LIST,
        "model": TEXT,
        "timezone": TEXT,
        "identity_ids": LIST,
    },
    "/v1/blocks/": {
        "label": TEXT,
        "value": TEXT,
        "limit": NUMBER,
        "description": TEXT,
        "metadata": OBJECT,
        "tags": LIST,
        "read_only": FLAG,
        "is_template": FLAG,
        "project_id": TEXT,
    },
    "archival-memory": {"text": TEXT, "tags": LIST, "created_at": TEXT, "metadata": OBJECT, "provenance": OBJECT},
    "/passages": {"text": TEXT, "tags": LIST, "metadata": OBJECT, "provenance": OBJECT},
    "/v1/archives/": {"name": TEXT, "description": TEXT, "embedding": TEXT},
    "/v1/passages/search": {"query": TEXT, "tags": LIST, "limit": NUMBER, "tag_match_mode": TEXT, "agent_id": TEXT},
    "/v1/roost/search": {
        "query": TEXT,
        "tags": LIST,
        "limit": NUMBER,
        "offset": NUMBER,
        "tag_match_mode": TEXT,
        "agent_id": TEXT,
        "archive_id": TEXT,
        "start_date": TEXT,
        "end_date": TEXT,
        "metadata": OBJECT,
        "trust": LIST,
        "relevant_only": FLAG,
        "explain": FLAG,
    },
    "/reembed": {"embedding": TEXT},
    "/v1/identities/": {
        "identifier_key": TEXT,
        "name": TEXT,
        "identity_type": TEXT,
        "properties": LIST,
        "agent_ids": LIST,
    },
    "/v1/providers/": {"name": TEXT, "provider_type": TEXT, "api_key": TEXT, "base_url": TEXT, "api_version": TEXT},
    "/v1/providers/check": {"provider_type": TEXT, "api_key": TEXT, "access_key": TEXT, "region": TEXT},
    f"/v1/providers/provider-{X}": {"api_key": TEXT, "base_url": TEXT, "api_version": TEXT},
    "/v1/messages/search": {"query": TEXT, "search_mode": TEXT, "limit": NUMBER, "agent_id": TEXT, "start_date": TEXT},
    "/v1/agents/messages/search": {"query": TEXT, "search_mode": TEXT, "roles": LIST, "limit": NUMBER, "end_date": TEXT},
    "core-memory/blocks/human": {"value": TEXT, "limit": NUMBER, "description": TEXT, "metadata": OBJECT},
}


WRONG = {
    TEXT: [5, True, [], {}, ["x"], {"a": 1}, 1.5],
    NUMBER: ["many", [], {}, 1.5, "12x", -1, 10**25],
    FLAG: ["maybe", [], {}, 2, "2"],
    LIST: ["x", 5, {}, True],
    OBJECT: ["x", 5, [], True],
}


def fields_of(path, agent):
    for part in sorted(FIELDS, key=len, reverse=True):
        if path.endswith("/batch"):
            return {}
        if path == part.replace("{agent}", agent) or (not part.startswith("/v1") and path.endswith(part)):
            return FIELDS[part]
    return {"name": TEXT, "description": TEXT} if path.startswith("/v1/archives/archive-") else {}


def wrong_types(agent, archive):
    for (method, path), good in good_bodies(agent, archive).items():
        for field, kind in fields_of(path, agent).items():
            for value in WRONG[kind]:
                shown = json.dumps(value)
                yield json_case(f"{field}={shown}", method, path, {**good, field: value}, field=field)


def wrong_items(agent, archive):
    """Lists and objects that hold the wrong thing."""
    agents = {"name": "n", "model": "openai/gpt-4o"}
    inner = [
        ("memory_blocks", [5]),
        ("memory_blocks", [None]),
        ("memory_blocks", [[]]),
        ("memory_blocks", [{}]),
        ("memory_blocks", [{"label": 5, "value": "v"}]),
        ("memory_blocks", [{"label": "l", "value": 5}]),
        ("memory_blocks", [{"label": "l", "value": "v", "limit": "x"}]),
        ("memory_blocks", [{"value": "v"}]),
        ("tags", [5]),
        ("tags", [None]),
        ("tags", [["x"]]),
        ("tools", [5]),
        ("tools", [None]),
        ("block_ids", ["x"]),
        ("block_ids", [5]),
        ("block_ids", [f"agent-{X}"]),
        ("tool_ids", ["x"]),
        ("tool_ids", [None]),
        ("identity_ids", ["x"]),
        ("identity_ids", [{}]),
        ("agent_type", "king"),
        ("agent_type", ""),
        ("model", "no-slash"),
        ("model", "/"),
        ("model", "a/"),
        ("model", "/b"),
        ("tool_rules", [5]),
        ("initial_message_sequence", [5]),
        ("initial_message_sequence", [{"role": "king", "content": "x"}]),
    ]
    for field, value in inner:
        yield json_case(
            f"{field} holds {json.dumps(value)[:40]}", "POST", "/v1/agents/", {**agents, field: value}, field=field
        )
    too_long = {**agents, "memory_blocks": [{"label": "l", "value": "vv", "limit": 1}]}
    yield json_case("a block over its limit", "POST", "/v1/agents/", too_long, field="limit")
    base = f"/v1/archives/{archive}/passages/batch"
    for value in ([5], [None], [{}], [{"text": 5}], [{"text": "x"}, {}], [[]], [{"text": "x", "tags": "y"}]):
        yield json_case(f"batch of {json.dumps(value)}", "POST", base, {"passages": value}, field="passages")
    for value in (
        "yesterday",
        "2025-13-01T00:00:00Z",
        "2025-02-30",
        "12345678901234567890",
        "",
        "0000-00-00T00:00:00Z",
        "T",
        "2025-01-01T25:00:00Z",
    ):
        yield json_case(
            f"created_at {value!r}",
            "POST",
            f"/v1/agents/{agent}/archival-memory",
            {"text": "x", "created_at": value},
            field="created_at",
        )
    identity = {"identifier_key": "k", "name": "n", "identity_type": "user"}
    for value in (
        [5],
        [{}],
        [{"key": "a"}],
        [{"key": 5, "value": "x", "type": "string"}],
        [{"key": "a", "value": "x", "type": "poem"}],
    ):
        yield json_case(
            f"properties {json.dumps(value)}",
            "POST",
            "/v1/identities/",
            {**identity, "properties": value},
            field="properties",
        )
    for body, field in (
        ({}, "identifier_key"),
        ({**identity, "identity_type": "king"}, "identity_type"),
        ({**identity, "identifier_key": None}, "identifier_key"),
    ):
        yield json_case(f"identity {json.dumps(body)}", "POST", "/v1/identities/", body, field=field)
    provider = {"name": "n", "provider_type": "openai", "api_key": "k"}
    for body, field in (
        ({}, "name"),
        ({**provider, "name": ""}, "name"),
        ({**provider, "name": "a/b"}, "name"),
        ({**provider, "provider_type": "king"}, "provider_type"),
        ({**provider, "provider_type": None}, "provider_type"),
        ({**provider, "api_key": "k" * 10_001}, "api_key"),
        ({**provider, "base_url": "no address"}, "base_url"),
        ({**provider, "base_url": "ftp://example.org"}, "base_url"),
        ({**provider, "base_url": "http://"}, "base_url"),
    ):
        yield json_case(f"provider {json.dumps(body)[:60]}", "POST", "/v1/providers/", body, field=field)
    for body, field in (
        ({}, "label"),
        ({"label": "l"}, "value"),
        ({"label": None, "value": "v"}, "label"),
        ({"value": "v"}, "label"),
    ):
        yield json_case(f"block {json.dumps(body)}", "POST", "/v1/blocks/", body, field=field)


def broken_json(agent, archive, dice):
    """Bytes that are not JSON, or not the JSON that a body has to be."""
    texts = [
        b"",
        b" ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{]",
        b'"',
        b'{"',
        b'{"label',
        b'{"label"',
        b'{"label":',
        b'{"label":"x"',
        b'{"label":"x",}',
        b'{"label" "x"}',
        b"{label:1}",
        b"{'label':'x'}",
        b'{"a":1 "b":2}',
        b"nul",
        b"tru",
        b"NaN",
        b"Infinity",
        b"-",
        b"01",
        b"1.",
        b".5",
        b"1e",
        b"+1",
        b"0x10",
        b'{"limit":01}',
        b'{"limit":1.}',
        b'{"limit":NaN}',
        b'{"limit":-}',
        b'"\\x"',
        b'{"label":"\\u12"}',
        b'{"label":"\\ud800"}',
        b'{"label":"\\udc00\\ud800"}',
        b'{"label":"a\x01b","value":""}',
        b'{"label":"a\nb","value":""}',
        b"\xef\xbb\xbf",
        b"\x00",
        b"{}x",
        b"{}{}",
        b"{} 5",
        b"// c\n{}",
        b"/* c */{}",
        b"{,}",
        b"[,]",
        b"\xff\xfe{\x00}\x00",
        b'{"label":"\xff","value":""}',
        b'{"label":"\xc0\x80","value":""}',
        b'{"label":"\xed\xa0\x80","value":""}',
        b'{"label":"\xf4\x90\x80\x80","value":""}',
        b'{"label":"\xe2\x82","value":""}',
        b"null",
        b"true",
        b"5",
        b'"text"',
        b"[]",
        b"[{}]",
        b'[{"label":"x","value":"y"}]',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
    ]
    routes = list(good_bodies(agent, archive))
    optional = ("/v1/passages/search", "/v1/agents/messages/search")
    demanding = [(method, path) for method, path in routes if method == "POST" and path not in optional]
    for text in texts:  # no body at all is fine where nothing is required
        for method, path in dice.sample(routes if text.strip() else demanding, 4):
            yield json_case(f"body {text[:30]!r} ({len(text)} bytes)", method, path, text)
    for _ in range(150):  # good bodies with bytes cut off, doubled or flipped until they are no JSON any more
        method, path = dice.choice(routes)
        good = bytearray(json.dumps(good_bodies(agent, archive)[method, path]).encode())
        spoiled = bytes(good[: dice.randrange(1, len(good))]) if dice.random() < 0.5 else bytes(mutated(good, dice))
        try:
            json.loads(spoiled)
        except ValueError:
            yield json_case(f"spoiled {spoiled[:50]!r}", method, path, spoiled)


def mutated(good, dice):
    spoiled = bytearray(good)
    for _ in range(dice.randrange(1, 4)):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return spoiled


def forms(agentfile):
    whole, kind = agentfile.multipart(agentfile.current())
    send = "/v1/agents/import"
    for name, document, _ in agentfile.broken():
        body, content = agentfile.multipart(document)
        yield Case(f"agent file: {name}", "POST", send, body, {"Content-Type": content})
    for name, body, content in (
        ("no boundary", whole, "multipart/form-data"),
        ("another boundary", whole, "multipart/form-data; boundary=zzz"),
        ("an endless boundary", whole, "multipart/form-data; boundary=" + "b" * 500),
        ("an empty boundary", whole, "multipart/form-data; boundary="),
        ("cut short", whole[: len(whole) // 2], kind),
        ("cut in the headers", whole[:40], kind),
        ("empty", b"", kind),
        ("JSON instead", b"{}", "application/json"),
        ("text", b"hello", "text/plain"),
        ("no type", whole, ""),
        ("no file field", whole.replace(b'name="file"', b'name="fill"'), kind),
        ("no name", whole.replace(b'name="file"; ', b""), kind),
        ("no disposition", whole.replace(b"Content-Disposition", b"X-Nothing"), kind),
        ("nothing but the end", b"--roost-boundary--\r\n", kind),
    ):
        yield Case(f"form: {name}", "POST", send, body, {"Content-Type": content})

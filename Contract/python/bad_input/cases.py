"""The malformed requests. Everything comes from one seed, so a failure can be repeated by its number.

A case says how it is sent (over HTTP, or as bytes on a socket) and what may come back:
* `malformed`: a 4xx with a useful detail; where the case knows the field at fault, the detail names it
* `odd`: legal or debatable; any answer below 500 will do
* `garbage`: bytes that are no HTTP request; one of `allowed` statuses, or the connection closed where 0 is in it
"""

import dataclasses
import json
import random

X = "00000000-0000-4000-8000-00000000dead"


@dataclasses.dataclass
class Case:
    name: str
    method: str = "GET"
    path: str = "/"
    body: bytes | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    kind: str = "malformed"
    field: str | None = None
    raw: bytes | None = None
    allowed: tuple = ()


def json_case(name, method, path, value, **more):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Case(name, method, path, body, {"Content-Type": "application/json"}, **more)


# Bodies that pass, one for every route that takes one: the ground that mistakes are put into.
def good_bodies(agent, archive):
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
        ("POST", "/v1/identities/"): {"identifier_key": "k", "name": "n", "identity_type": "user"},
        ("PATCH", f"/v1/agents/{agent}/core-memory/blocks/human"): {"value": "v"},
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
    "archival-memory": {"text": TEXT, "tags": LIST, "created_at": TEXT, "metadata": OBJECT},
    "/passages": {"text": TEXT, "tags": LIST, "metadata": OBJECT},
    "/v1/archives/": {"name": TEXT, "description": TEXT, "embedding": TEXT},
    "/v1/passages/search": {"query": TEXT, "tags": LIST, "limit": NUMBER, "tag_match_mode": TEXT, "agent_id": TEXT},
    "/v1/identities/": {
        "identifier_key": TEXT,
        "name": TEXT,
        "identity_type": TEXT,
        "properties": LIST,
        "agent_ids": LIST,
    },
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
        if path == part.replace("{agent}", agent) or (not part.startswith("/v1") and path.endswith(part)):
            return FIELDS[part]
    return FIELDS["/v1/archives/"] if "/archives/" in path else {}


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
        ("memory_blocks", [{"label": "l", "value": "vv", "limit": 1}]),
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
    for text in texts:
        for method, path in dice.sample(routes, 4):
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


BAD_IDS = [
    "x",
    "agent-",
    "-",
    "agent-123",
    "agent_00000000-0000-4000-8000-00000000dead",
    f"AGENT-{X}",
    f"agent-{X}0",
    f"agent-{X[:-1]}",
    "agent-00000000-0000-1000-8000-00000000dead",
    "agent-00000000-0000-4000-0000-00000000dead",
    f"agent-{X.upper()}",
    X,
    f"block-{X}",
    f"message-{X}",
    "%00",
    f"agent-{X}%00",
    "%F0%9F%A6%89",
    "%FF%FE",
    "%20",
    "1",
    "0",
    "null",
    "undefined",
    "None",
    "..%2f..%2fetc%2fpasswd",
    "'%20OR%201=1",
    "agent-{id}",
    "%7B%7D",
    "a" * 2000,
    "agent-" + "0" * 36,
    "*",
    "%25",
    "$VAR",
    "agent-xxxxx-your-agent-id",
    "<script>",
]
ID_ROUTES = [
    ("GET", "/v1/agents/{}"),
    ("PATCH", "/v1/agents/{}"),
    ("DELETE", "/v1/agents/{}"),
    ("GET", "/v1/agents/{}/export"),
    ("GET", "/v1/agents/{}/core-memory"),
    ("GET", "/v1/agents/{}/archival-memory"),
    ("POST", "/v1/agents/{}/archival-memory"),
    ("GET", "/v1/agents/{}/messages"),
    ("GET", "/v1/agents/{}/context"),
    ("POST", "/v1/agents/{}/clone"),
    ("GET", "/v1/agents/{}/tools"),
    ("GET", "/v1/archives/{}"),
    ("DELETE", "/v1/archives/{}"),
    ("POST", "/v1/archives/{}/passages"),
    ("GET", "/v1/identities/{}"),
    ("GET", "/v1/tools/{}"),
    ("DELETE", "/v1/identities/{}"),
    ("GET", "/v1/roost/blocks/{}/history"),
]


def bad_ids(agent, dice):
    own = {"agents": "agent", "archives": "archive", "identities": "identity", "tools": "tool", "blocks": "block"}
    for method, route in ID_ROUTES:
        prefix = own[route.split("/")[3 if "roost" in route else 2]]
        for bad in dice.sample(BAD_IDS, 14):
            bad = bad.replace("agent", prefix) if not bad.startswith("block") else f"message-{X}"
            body = {"POST": {"text": "x"}, "PATCH": {"name": "x"}}.get(method)
            path = route.format(
                bad.replace("<", "%3C").replace(">", "%3E").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")
            )
            if body is None:
                yield Case(f"id {bad[:40]}", method, path)
            else:
                yield json_case(f"id {bad[:40]}", method, path, body)
    for bad in ("nope", "x" * 500, "%F0%9F%A6%89", "a%2Fb", f"block-{X}", "%00", "%FF"):
        yield Case(f"label {bad[:30]}", "GET", f"/v1/agents/{agent}/core-memory/blocks/{bad}")
        yield json_case(f"label {bad[:30]}", "PATCH", f"/v1/agents/{agent}/core-memory/blocks/{bad}", {"value": "x"})
    for verb in ("attach", "detach"):
        for bad in ("nope", "block-1", f"block-{X}", f"agent-{X}", "%00"):
            yield Case(f"{verb} {bad}", "PATCH", f"/v1/agents/{agent}/core-memory/blocks/{verb}/{bad}")
            yield Case(f"{verb} tool {bad}", "PATCH", f"/v1/agents/{agent}/tools/{verb}/{bad.replace('block', 'tool')}")


def bad_queries(agent):
    lists = [
        "/v1/blocks/",
        "/v1/archives/",
        "/v1/tools/",
        "/v1/identities/",
        f"/v1/blocks/block-{X}/agents",
        "/v1/agents/",
    ]
    numbers = [
        "many",
        "-1",
        "1.5",
        "1e3",
        "99999999999999999999",
        "",
        "0x10",
        "%00",
        "1%00",
        "NaN",
        "null",
        "1,2",
        "%F0%9F%A6%89",
    ]
    for path in lists:
        for value in numbers:
            yield Case(f"limit={value}", "GET", f"{path}?limit={value}", field=None if X in path else "limit")
        for value in ("sideways", "ASCENDING", "1"):
            yield Case(f"order={value}", "GET", f"{path}?order={value}", field=None if X in path else "order")
        if path != "/v1/agents/":
            for value in ("nonsense", "%00", f"message-{X}"):
                yield Case(f"after={value}", "GET", f"{path}?after={value}")
    search = f"/v1/agents/{agent}/archival-memory/search"
    for query, field in (
        ("", "query"),
        ("?query=x&top_k=many", "top_k"),
        ("?query=x&top_k=-1", "top_k"),
        ("?query=x&top_k=1.5", "top_k"),
        ("?query=x&top_k=99999999999999999999", "top_k"),
        ("?query=x&tag_match_mode=some", "tag_match_mode"),
        ("?query=x&start_datetime=yesterday", "start_datetime"),
        ("?query=x&end_datetime=2025-99-99", "end_datetime"),
        ("?query=x&start_datetime=", "start_datetime"),
        ("?query=x&end_datetime=%00", "end_datetime"),
        ("?top_k=5", "query"),
    ):
        yield Case(f"search {query}", "GET", search + query, field=field)
    for query, field in (
        ("ascending=maybe", "ascending"),
        ("limit=x", "limit"),
        ("limit=-5", "limit"),
        ("after=x", None),
    ):
        yield Case(f"passages {query}", "GET", f"/v1/agents/{agent}/archival-memory?{query}", field=field)
    for query, field in (
        ("connected_to_agents_count_gt=x", "connected_to_agents_count_gt"),
        ("templates_only=perhaps", "templates_only"),
        ("match_all_tags=2", "match_all_tags"),
        ("identity_id=x", "identity_id"),
    ):
        yield Case(f"blocks {query}", "GET", f"/v1/blocks/?{query}", field=field)
    for query, field in (
        ("match_all_tags=perhaps", "match_all_tags"),
        ("last_stop_reason=whim", "last_stop_reason"),
        ("order_by=colour", "order_by"),
    ):
        yield Case(f"agents {query}", "GET", f"/v1/agents/?{query}", field=field)


def unknown_routes(dice):
    words = [
        "agents",
        "blocks",
        "nonsense",
        "..",
        "%2e%2e",
        "admin",
        "\u00fc",
        "v1",
        "~root",
        ".git",
        "wp-login.php",
        "core-memory",
    ]
    for _ in range(60):
        path = "/".join(dice.choice(words) for _ in range(dice.randrange(4, 9)))
        yield Case(
            f"path {path}",
            dice.choice(["GET", "POST", "PUT", "DELETE", "PATCH"]),
            "/v3/" + path.encode("ascii", "ignore").decode(),
        )
    for method in ("PUT", "DELETE", "PATCH"):
        for path in ("/v1/health/", "/v1/tags/", "/v1/agents/count", "/openapi.json", "/metrics"):
            yield Case(f"{method} {path}", method, path)
    for method in ("BREW", "get", "TRACE", "LINK", "X" * 30):
        yield Case(f"method {method}", method, "/v1/agents/")


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


def headers(agent):
    for value in ("nobody", "user-1", "", f"agent-{X}", "user-" + "0" * 500):
        if value:
            yield Case(f"user_id {value[:20]}", "GET", "/v1/agents/", headers={"user_id": value})
    for value in ("nonsense", '"999999"', "W/", '"', "-1", "\u00ff"):
        yield Case(
            f"If-Match {value}",
            "PATCH",
            f"/v1/agents/{agent}/core-memory/blocks/human",
            b'{"value": "x"}',
            {"Content-Type": "application/json", "If-Match": value},
        )
    for value in ("many", -1, 1.5, {}, "x", True):
        yield json_case(
            f"expected_version {value}",
            "PATCH",
            f"/v1/agents/{agent}/core-memory/blocks/human",
            {"value": "x", "expected_version": value},
        )


def odd(agent, dice):
    """Legal, or a matter of taste: the server only has to stay calm."""
    values = [
        "\u0000",
        "a\u0000b",
        "\u202e",
        "\ufeff",
        "\u2028",
        "x" * 100_000,
        "",
        " ",
        "\U0010ffff",
        "e\u0301" * 50,
        "🦉" * 1000,
        "%s%n",
        "${HOME}",
        "../../x",
    ]
    for value in values:
        yield json_case("odd label", "POST", "/v1/blocks/", {"label": value, "value": "v"}, kind="odd")
        yield json_case("odd value", "POST", "/v1/blocks/", {"label": "l", "value": value}, kind="odd")
        yield json_case("odd text", "POST", f"/v1/agents/{agent}/archival-memory", {"text": value}, kind="odd")
        yield json_case(
            "odd tag", "POST", "/v1/agents/", {"name": value or "n", "model": "a/b", "tags": [value, value]}, kind="odd"
        )
        yield json_case("odd query", "POST", "/v1/passages/search", {"query": value, "agent_id": agent}, kind="odd")
    for body in (
        b'{"label":"a","label":"b","value":"v"}',
        b'{"label":"l","value":"v","limit":"500"}',
        b'{"label":"l","value":"v","limit":5e2}',
        b'{"label":"l","value":"v","metadata":{"a":1e400}}',
        b'{"label":"l","value":"v","metadata":{"a":123456789012345678901234567890}}',
        b'{"label":"l","value":"v","metadata":' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"}",
        b'\r\n\t {"label":"l","value":"v"}\r\n',
        b'\xef\xbb\xbf{"label":"l","value":"v"}',
        b'{"label":"l","value":"v","x":[' + b"1," * 50_000 + b"1]}",
    ):
        yield json_case(f"odd body {body[:40]!r}", "POST", "/v1/blocks/", body, kind="odd")
    for kind in (
        "text/plain",
        "application/json; charset=latin-1",
        "application/x-www-form-urlencoded",
        "nonsense",
        "*/*",
    ):
        yield Case(
            f"odd type {kind}", "POST", "/v1/blocks/", b'{"label":"l","value":"v"}', {"Content-Type": kind}, kind="odd"
        )
    for path in (
        "/v1/blocks/?limit=5&limit=x",
        "/v1/blocks/?%zz=1",
        "/v1/blocks/?a=%zz",
        "/v1/blocks/?=&&&=",
        "/v1//blocks//",
        "/v1/blocks/?label=%FF",
        "/v1/blocks/;x=1",
        "/v1/blocks/?limit=0",
        "/v1/blocks/?" + "a=1&" * 1000,
        "/v1/blocks/?label=" + "x" * 6000,
        "/v1/./blocks/",
        "/v1/x/../blocks/",
    ):
        yield Case(f"odd path {path[:40]}", "GET", path, kind="odd")
    for name, value in (
        ("Accept", "image/png"),
        ("Accept-Encoding", "zzz;q=x"),
        ("Range", "bytes=0-5"),
        ("Cookie", "a=b" * 500),
        ("Expect", "tea"),
    ):
        yield Case(f"odd header {name}", "GET", "/v1/blocks/?limit=1", headers={name: value}, kind="odd")


def garbage(dice):
    """Bytes on a socket that a strict reader has to refuse."""
    host = b"Host: localhost\r\n"
    post = b"POST /v1/blocks/ HTTP/1.1\r\n" + host
    refuse = (400,)
    cases = [
        ("two lengths", post + b'Content-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1}', refuse),
        ("length and chunked", post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", refuse),
        ("negative length", post + b"Content-Length: -5\r\n\r\n", refuse),
        ("length with a sign", post + b"Content-Length: +5\r\n\r\nhello", refuse),
        ("length in words", post + b"Content-Length: five\r\n\r\n", refuse),
        ("length in hex", post + b"Content-Length: 0x5\r\n\r\nhello", refuse),
        ("length too big", post + b"Content-Length: 99999999999999999999999\r\n\r\n", (400, 413)),
        ("length list", post + b"Content-Length: 5, 5\r\n\r\nhello", refuse),
        ("bad chunk size", post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", refuse),
        ("negative chunk size", post + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", refuse),
        ("huge chunk size", post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nhello\r\n", (400, 413)),
        ("chunk without its end", post + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n", refuse),
        ("unknown coding", post + b"Transfer-Encoding: rot13\r\n\r\nuryyb", (400, 501)),
        ("chunked twice", post + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", (400, 501)),
        ("space before the colon", b"GET /v1/tags/ HTTP/1.1\r\nHost : localhost\r\n\r\n", refuse),
        ("bare line feeds", b"GET /v1/tags/ HTTP/1.1\nHost: localhost\n\n", refuse),
        ("bare carriage return", b"GET /v1/tags/ HTTP/1.1\r\nHost: local\rhost\r\n\r\n", refuse),
        ("folded header", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"X-A: b\r\n c\r\n\r\n", refuse),
        ("header without a colon", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"nonsense\r\n\r\n", refuse),
        ("header without a name", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b": x\r\n\r\n", refuse),
        ("NUL in a header", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"X-A: a\x00b\r\n\r\n", refuse),
        ("NUL in a path", b"GET /v1/\x00tags/ HTTP/1.1\r\n" + host + b"\r\n", refuse),
        ("space in a header name", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"X A: b\r\n\r\n", refuse),
        ("no host", b"GET /v1/tags/ HTTP/1.1\r\n\r\n", refuse),
        ("two hosts", b"GET /v1/tags/ HTTP/1.1\r\n" + host + host + b"\r\n", refuse),
        ("no version", b"GET /v1/tags/\r\n\r\n", (400, 505, 0)),
        ("a future version", b"GET /v1/tags/ HTTP/9.9\r\n" + host + b"\r\n", (400, 505)),
        ("not a version", b"GET /v1/tags/ HTTQ/1.1\r\n" + host + b"\r\n", (400, 505)),
        ("spaces in the path", b"GET /v1/tags/ x HTTP/1.1\r\n" + host + b"\r\n", refuse),
        ("no path", b"GET HTTP/1.1\r\n" + host + b"\r\n", refuse),
        ("no slash", b"GET v1/tags/ HTTP/1.1\r\n" + host + b"\r\n", (400, 404)),
        ("an empty line of spaces", b"   \r\n\r\n", refuse),
        ("TLS hello", bytes.fromhex("16030100f0010000ec0303") + bytes(range(60)), (400, 0)),
        ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505, 0)),
        ("a long path", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n", (400, 414, 431)),
        ("a long header", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n", (400, 431)),
        ("many headers", b"GET /v1/tags/ HTTP/1.1\r\n" + host + b"X-A: b\r\n" * 5000 + b"\r\n", (400, 431)),
        ("a long method", b"A" * 100_000 + b" / HTTP/1.1\r\n" + host + b"\r\n", (400, 405, 414, 431, 501)),
        ("CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 404, 405)),
        ("asterisk", b"GET * HTTP/1.1\r\n" + host + b"\r\n", (400, 404)),
    ]
    for name, raw, allowed in cases:
        yield Case(name, kind="garbage", raw=raw, allowed=allowed)
    for number in range(60):
        raw = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 200))) + b"\r\n\r\n"
        yield Case(f"random bytes {number}", kind="garbage", raw=raw, allowed=(400, 0))
    good = post + b"Content-Type: application/json\r\nContent-Length: 25\r\n\r\n" + b'{"label":"l","value":"v"}'
    for number in range(120):
        yield Case(
            f"mutated request {number}",
            kind="garbage",
            raw=bytes(mutated(good, dice)),
            allowed=tuple(range(200, 500)) + (501, 505, 0),
        )


def every(agent, archive, agentfile, seed):
    dice = random.Random(seed)
    groups = [
        wrong_types(agent, archive),
        wrong_items(agent, archive),
        broken_json(agent, archive, dice),
        bad_ids(agent, dice),
        bad_queries(agent),
        unknown_routes(dice),
        forms(agentfile),
        headers(agent),
        odd(agent, dice),
        garbage(dice),
    ]
    return [case for group in groups for case in group]

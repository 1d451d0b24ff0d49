"""Wrong ids, queries, routes and headers."""

from case import Case, X, json_case

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
    ("GET", "/v1/conversations/{}"),
    ("GET", "/v1/conversations/{}/messages"),
    ("POST", "/v1/conversations/{}/fork"),
    ("GET", "/v1/runs/{}"),
    ("DELETE", "/v1/runs/{}"),
    ("GET", "/v1/steps/{}"),
    ("PATCH", "/v1/steps/{}/feedback"),
    ("GET", "/v1/jobs/{}"),
    ("DELETE", "/v1/identities/{}"),
    ("GET", "/v1/roost/blocks/{}/history"),
    ("GET", "/v1/providers/{}"),
    ("PATCH", "/v1/providers/{}"),
    ("DELETE", "/v1/providers/{}"),
    ("POST", "/v1/providers/{}/check"),
    ("PATCH", "/v1/providers/{}/refresh"),
]


def bad_ids(agent, dice):
    own = {"agents": "agent", "archives": "archive", "identities": "identity", "tools": "tool", "blocks": "block"}
    own |= {"conversations": "conv", "runs": "run", "steps": "step", "jobs": "job", "providers": "provider"}
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

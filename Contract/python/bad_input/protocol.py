"""Odd but legal requests, and bytes that are no HTTP at all."""

from bodies import mutated
from case import Case, json_case


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
        "/v1/blocks/?limit=",
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

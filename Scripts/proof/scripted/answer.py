"""One scripted answer of a model, before any service's wire shape."""

import base64
import dataclasses
import hashlib
import itertools
import json
import os

NUMBERS = itertools.count(int.from_bytes(os.urandom(4), "big") << 24)


def new_id(prefix, length=24):
    """An id that no other process gives either; `length` characters after the prefix."""
    return prefix + f"{next(NUMBERS):x}".rjust(length, "0")[-length:]


def signature_of(thought):
    """What a service that signs thoughts would put under this one."""
    return base64.b64encode(hashlib.sha256(b"thought:" + thought.encode()).digest()).decode()


@dataclasses.dataclass
class Piece:
    """A part of an answer. `kind`: text, think, redacted, refuse, call.

    For calls `text` is the arguments exactly as they go out, valid JSON or not. `stamps` makes that many pieces that
    each hold the time at which they were sent; `signature` is that of a thought (or of a call, for Google).
    """

    kind: str
    text: str = ""
    name: str = ""
    id: str = ""
    signature: str | None = None
    stamps: int = 0


@dataclasses.dataclass
class Answer:
    pieces: list[Piece] = dataclasses.field(default_factory=list)
    finish: str | None = None
    """length, filter, pause; None: what follows from the pieces."""
    usage: dict = dataclasses.field(default_factory=dict)
    """Any of input, cached, cache_write, output, reasoning; the rest is estimated."""
    fault: dict | None = None
    """What goes wrong instead or in between: {"kind": ..., ...}; see faults.py."""
    latency: float | None = None
    """Seconds before the head, and between pieces; None: the server's setting."""
    gap: float | None = None
    size: int | None = None
    """Characters in a streamed piece."""
    when: str | None = None
    """Only for requests whose body has this text."""
    times: int = 1

    @property
    def calls(self):
        return [piece for piece in self.pieces if piece.kind == "call"]

    @property
    def text(self):
        return "".join(piece.text for piece in self.pieces if piece.kind == "text")

    @property
    def refusal(self):
        return "".join(piece.text for piece in self.pieces if piece.kind == "refuse")

    def tokens(self, request_bytes):
        """Counts of tokens; input holds what came from the cache, output what was thought."""
        words = sum(len(piece.text) + len(piece.name) + 8 * piece.stamps for piece in self.pieces)
        thought = sum(len(piece.text) for piece in self.pieces if piece.kind in ("think", "redacted"))
        counted = {
            "input": max(1, request_bytes // 4),
            "cached": 0,
            "cache_write": 0,
            "output": words // 4 + 1 if self.pieces else 0,
            "reasoning": (thought + 3) // 4,
        }
        return {**counted, **self.usage}


def call(name, arguments=None, **more):
    """A call; `arguments` is an object, or text that goes out as it is."""
    text = arguments if isinstance(arguments, str) else json.dumps({} if arguments is None else arguments)
    return Piece("call", text, name=name, **more)


def piece_from(value):
    """A piece from {"text"|"think"|"redacted"|"refuse": ...}, {"call": name, "arguments": ...} or {"stamps": 20}."""
    if isinstance(value, str):
        return Piece("text", value)
    more = {key: value[key] for key in ("id", "signature") if key in value}
    if "call" in value:
        return call(value["call"], value.get("arguments"), **more)
    if "stamps" in value:
        return Piece("text", stamps=int(value["stamps"]))
    for kind in ("text", "think", "redacted", "refuse"):
        if kind in value:
            return Piece(kind, value[kind], **more)
    raise ValueError(f"a piece has text, think, redacted, refuse, call or stamps, not {sorted(value)}")


FIELDS = {"finish", "usage", "fault", "latency", "gap", "size", "when", "times"}


def answer_from(value):
    """An answer from JSON: text, or an object of `pieces` (or think, redacted, text, refuse, calls) and `FIELDS`.

    Raises ValueError for names that mean nothing, so that a misspelt script does not pass as an empty answer.
    """
    if isinstance(value, str):
        return Answer([Piece("text", value)])
    pieces = [piece_from(piece) for piece in value.get("pieces", [])]
    for kind in ("think", "redacted", "text", "refuse", "stamps"):
        if kind in value:
            pieces.append(
                piece_from(
                    {
                        kind: value[kind],
                        **({"signature": value["signature"]} if kind == "think" and "signature" in value else {}),
                    }
                )
            )
    for made in value.get("calls", []):
        pieces.append(call(*made) if isinstance(made, list) else piece_from(made))
    known = FIELDS | {"pieces", "think", "redacted", "text", "refuse", "stamps", "calls", "signature"}
    if unknown := set(value) - known:
        raise ValueError(f"no such parts of an answer: {sorted(unknown)}")
    return Answer(pieces, **{name: value[name] for name in FIELDS & set(value)})

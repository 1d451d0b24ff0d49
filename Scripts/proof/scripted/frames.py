"""Pieces of streamed text, events, and pieces that hold the time at which they are sent."""

import json
import time

STAMP = "0000000000.000000"


def dumps(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def cut(text, size):
    """The text in pieces of `size` characters; one empty piece when there is none."""
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


def data(value):
    return b"data: " + dumps(value) + b"\n\n"


def event(name, value):
    return b"event: " + name.encode() + b"\ndata: " + dumps(value) + b"\n\n"


class Said(bytes):
    """A frame that holds words of the answer; faults can be placed by them, whatever is sent around them."""


def text_frames(piece, size, make):
    """The frames of a text piece; `make(text)` gives one. A stamped frame is made anew whenever it is sent."""
    if not piece.stamps:
        return [Said(make(part)) for part in cut(piece.text, size)]
    head, _, tail = make(STAMP + " ").partition(STAMP.encode())
    return [lambda: b"%b%.6f%b" % (head, time.time(), tail)] * piece.stamps


def whole(piece):
    """The text of a piece that is not streamed."""
    return f"{time.time():.6f} " * piece.stamps if piece.stamps else piece.text

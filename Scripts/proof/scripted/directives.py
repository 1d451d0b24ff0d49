"""Directive lines in a user's text, for tests and drills that cannot post a script beforehand.

    REPLY text              what is said (several lines are joined)
    THINK text              what is thought before it;  REDACTED data: thoughts that only the service can read
    CALL tool {"a": 1}      a call of a tool; what is no JSON goes out as it is
    AND tool {"b": 2}       another call in the same answer
    REFUSE text, EMPTY      a refusal, an answer with nothing in it;  LENGTH: cut off by the limit of tokens
    USAGE cached=5 input=9  counts of tokens
    WAIT 0.5, GAP 0.05, SIZE 4    seconds before the answer, between pieces; characters in a piece
    WORDS 100, STAMPS 100   a text of so many pieces; with STAMPS each holds the time at which it was sent
    FAIL 429 retry_after=1 times=2   a status;  FAULT kind key=value: see faults.py

A CALL ends an answer: what stands before it belongs to the same answer, what follows to the answer after the result.
"""

import json
import re

from .answer import Answer, Piece, call

LINE = re.compile(
    r"^[ \t]*(REPLY|THINK|REDACTED|CALL|AND|REFUSE|EMPTY|LENGTH|USAGE|WAIT|GAP|SIZE|WORDS|STAMPS|FAIL|FAULT)\b"
    r"[ \t]*(.*?)[ \t]*$",
    re.M,
)


def number(text):
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def options(text):
    """`{"a": 1}` of `a=1`."""
    return {key: number(value) for key, _, value in (word.partition("=") for word in text.split())}


def rounds_of(text):
    """The answers that a user's text asks for, one after the other; empty when it has no directive."""
    done, current, used = [], Answer(), False
    for word, rest in LINE.findall(text):
        if word == "AND" and done and not used:
            done[-1].pieces.append(asked_call(rest))
            continue
        used = True
        if word == "CALL":
            current.pieces.append(asked_call(rest))
            done.append(current)
            current, used = Answer(), False
        else:
            add(current, word, rest)
    if used:
        done.append(current)
    return done


def asked_call(rest):
    name, _, arguments = rest.partition(" ")
    return call(name, arguments.strip() or "{}")


def add(answer, word, rest):
    kinds = {"REPLY": "text", "THINK": "think", "REDACTED": "redacted", "REFUSE": "refuse"}
    if word in kinds:
        last = answer.pieces[-1] if answer.pieces else None
        if last and last.kind == kinds[word] == "text":
            last.text += "\n" + rest
        else:
            answer.pieces.append(Piece(kinds[word], rest))
    elif word == "LENGTH":
        answer.finish = "length"
    elif word == "USAGE":
        answer.usage = options(rest)
    elif word == "WAIT":
        answer.latency = float(rest)
    elif word == "GAP":
        answer.gap = float(rest)
    elif word == "SIZE":
        answer.size = int(rest)
    elif word == "WORDS":
        answer.size = 6
        answer.pieces.append(Piece("text", "".join(f"w{n:04} " for n in range(int(rest)))))
    elif word == "STAMPS":
        answer.pieces.append(Piece("text", stamps=int(rest)))
    elif word == "FAIL":
        status, _, more = rest.partition(" ")
        answer.fault = {"kind": "status", "status": int(status), **options(more)}
    elif word == "FAULT":
        kind, _, more = rest.partition(" ")
        answer.fault = {"kind": kind, **options(more)}


def unwrapped(text):
    """The user's own words out of Letta's envelope, and whether they are a user's at all."""
    stripped = text.strip()
    if not stripped.startswith("{"):
        return text, True
    try:
        value = json.loads(stripped)
    except ValueError:
        return text, True
    if not isinstance(value, dict) or "type" not in value:
        return text, True
    if value["type"] == "user_message":
        return str(value.get("message", "")), True
    return "", value["type"] not in ("heartbeat", "system_alert", "login")

"""What is answered: first what was posted to `/script`, else what the user's text asks for, else an echo."""

import copy
import dataclasses
import json

from .answer import Answer, Piece, answer_from
from .directives import rounds_of, unwrapped


@dataclasses.dataclass
class View:
    """A request as the script sees it, whatever the service. `turns`: (user|calls|result|other, text) in order."""

    turns: list
    tools: dict
    """Name to JSON schema of the arguments."""
    forced: str | bool = False
    """A tool has to be called: any, or this one."""

    def last_user(self):
        """The last words of a user, and how many answers with calls came after them."""
        answered = 0
        for kind, text in reversed(self.turns):
            if kind == "calls":
                answered += 1
            elif kind == "user":
                words, is_user = unwrapped(text)
                if is_user:
                    return words, answered
        return "", answered


class Script:
    def __init__(self):
        self.queue = []
        self.failed = {}

    def post(self, values):
        """Adds answers. Raises ValueError, and adds none, when one of them is wrong."""
        self.queue += [answer_from(value) for value in (values if isinstance(values, list) else [values])]

    def clear(self):
        self.queue.clear()
        self.failed.clear()

    def next(self, view, body):
        return self.queued(body) or self.asked(view)

    def queued(self, body):
        for place, answer in enumerate(self.queue):
            # Bodies hold text with JSON's escapes.
            if answer.when is None or json.dumps(answer.when)[1:-1].encode() in body or answer.when.encode() in body:
                answer.times -= 1
                if answer.times <= 0:
                    del self.queue[place]
                return answer
        return None

    def asked(self, view):
        words, answered = view.last_user()
        rounds = rounds_of(words)
        if not view.tools:
            rounds = [one for one in rounds if not one.calls]
            answered = 0
        if answered < len(rounds):
            answer = copy.deepcopy(rounds[answered])
            self.spend(answer, words, answered)
        else:
            answer = Answer([Piece("text", "ok: " + words.strip()[:80])])
        return self.as_forced(answer, view)

    def spend(self, answer, words, answered):
        """Takes away a fault that happened as often as it should."""
        if not answer.fault or "times" not in answer.fault:
            return
        key = (words, answered)
        self.failed[key] = self.failed.get(key, 0) + 1
        if self.failed[key] > answer.fault["times"]:
            answer.fault = None

    def as_forced(self, answer, view):
        """A model that has to call a tool says its text through one; arguments that a schema requires are there."""
        if view.forced and not answer.calls and not answer.refusal and answer.pieces:
            name = view.forced if isinstance(view.forced, str) else "send_message"
            if name in view.tools:
                given = {"message": answer.text} if name == "send_message" else {}
                thoughts = [piece for piece in answer.pieces if piece.kind in ("think", "redacted")]
                answer.pieces = [*thoughts, Piece("call", json.dumps(given), name=name)]
        for piece in answer.calls:
            piece.text = filled(piece, view.tools.get(piece.name))
        return answer


def filled(piece, schema):
    """The arguments of a call with those that older kinds of agents add to every tool; whoever speaks is done."""
    arguments = piece.text
    required = (schema or {}).get("required") or []
    added = {name: "I think." for name in ("thinking", "inner_thoughts") if name in required}
    if "request_heartbeat" in required:
        added["request_heartbeat"] = piece.name != "send_message"
    if not added:
        return arguments
    try:
        given = json.loads(arguments)
    except ValueError:
        return arguments
    return json.dumps({**added, **given}) if isinstance(given, dict) else arguments

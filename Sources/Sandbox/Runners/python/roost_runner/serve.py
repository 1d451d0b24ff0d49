"""Reads the one request of this process and answers it."""

import json
import os
import sys

ANSWER_DESCRIPTOR = 3
# The host reads 8 MiB and no more; a longer answer would be half a line of JSON.
LONGEST_ANSWER = 7 << 20
LONGEST_TEXT = 1 << 20


class Answers:
    """The way back to the host. The code that is run is not told of it, and its children do not have it."""

    def __init__(self):
        self.descriptor = os.dup(ANSWER_DESCRIPTOR)
        os.close(ANSWER_DESCRIPTOR)
        os.set_inheritable(self.descriptor, False)
        os.register_at_fork(after_in_child=self.forget)

    def forget(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def send(self, answer):
        if self.descriptor is None:
            return
        data = encoded(answer)
        while data:
            data = data[os.write(self.descriptor, data) :]


def encoded(answer):
    """One line of ASCII; what is too long loses its value, then the end of its text."""
    data = json.dumps(answer).encode("ascii")
    if len(data) > LONGEST_ANSWER and "value" in answer:
        answer = {name: member for name, member in answer.items() if name != "value"}
        data = json.dumps(answer).encode("ascii")
    if len(data) > LONGEST_ANSWER:
        short = {
            name: member[:LONGEST_TEXT] + "… [cut: the result is too long]"
            if isinstance(member, str) and len(member) > LONGEST_TEXT
            else member
            for name, member in answer.items()
        }
        data = json.dumps(short).encode("ascii")
    return data + b"\n"


def read_request():
    """The line on standard input, which is empty from then on."""
    parts = []
    while True:
        part = os.read(0, 1 << 16)
        parts.append(part)
        if not part or part.endswith(b"\n"):
            break
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return json.loads(b"".join(parts))


def answer_to(request):
    if request["do"] == "schema":
        from . import schema

        return schema.answer(request)
    from . import call

    return call.answer(request)


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except BaseException:  # The code may have closed it or put anything in its place.
            pass


def load_ahead():
    """What the code will need, while nobody waits yet: our own modules, and those that the host names."""
    from . import call  # noqa: F401

    for name in sys.argv[1:]:
        try:
            __import__(name)
        except Exception:  # One that is not installed is not missed before the code asks for it.
            continue


def main():
    answers = Answers()
    # What was printed before the code was killed is not lost.
    sys.stdout.reconfigure(line_buffering=True)
    load_ahead()
    owner = os.getpid()
    try:
        answer = answer_to(read_request())
    except BaseException as error:  # What is left is a fault of the request or of this program.
        answer = {"ok": False, "kind": type(error).__name__, "message": str(error), "traceback": ""}
    if os.getpid() != owner:
        os._exit(0)  # The code forked and came back in the child.
    flush()
    answers.send(answer)
    # Threads that the code left behind do not keep the call waiting.
    os._exit(0)

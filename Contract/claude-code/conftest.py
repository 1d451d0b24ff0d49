"""A project, a home and an editor for each test; nothing of the user's own."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

from editor import Editor, Session, environment  # noqa: E402
from proof.server import Server, binary  # noqa: E402

for name in list(os.environ):
    if name.startswith(("LETTA_", "CLAUDE_", "ROOST_")) and name != "ROOST_BIN":
        del os.environ[name]


# Seconds. A hook ends itself after one or three; a busy machine may need longer, but not for ever.
WATCHDOG = 30

class Place:
    """A user at a project."""

    def __init__(self, folder, name="shop"):
        self.home, self.project, self.roost_home = folder / "home", folder / name, folder / "roost"
        for path in (self.home, self.project):
            path.mkdir(parents=True, exist_ok=True)
        self.env = {**environment(self.roost_home, binary()), "HOME": str(self.home)}
        self.editor = Editor(self.project, self.home, self.env)

    def roost(self, *words, code=0, stdin="", env=None):
        """Runs a command in the project; its standard output."""
        process = subprocess.run(
            [binary(), *words],
            input=stdin,
            capture_output=True,
            text=True,
            env={**self.env, **(env or {})},
            cwd=self.project,
            timeout=60,
        )
        assert process.returncode == code, f"{words}: {process.returncode}\n{process.stdout}\n{process.stderr}"
        return process.stdout

    def json(self, *words, **more):
        return json.loads(self.roost(*words, "--json", **more))

    def setup(self, *words):
        return self.roost("setup", "claude-code", "--yes", *words)

    def session(self, identifier=None):
        return Session(self.editor, identifier)

    def hook(self, event, payload, env=None):
        """One hook by hand: exit code, standard output, standard error. One that does not end by itself is an error."""
        text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        process = subprocess.run(
            [binary(), "hook", event],
            input=text,
            capture_output=True,
            env={**self.env, **(env or {})},
            cwd=self.project,
            timeout=WATCHDOG,
        )
        return process.returncode, process.stdout.decode(), process.stderr.decode()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def server():
    with Server(env={"ROOST_PASSWORD": "orange-boat-42"}) as roost:
        roost.password = "orange-boat-42"
        yield roost

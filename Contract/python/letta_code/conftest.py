"""Letta Code, the terminal client, as people run it without a terminal, in a home and a folder of its own."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "Scripts")]

from support.loop import api, model, pytest_runtest_makereport, running_model, server  # noqa: E402, F401

LETTA = pathlib.Path(sys.executable).with_name("letta")


class LettaCode:
    """`letta(…)` in one home: what it printed, as JSON."""

    def __init__(self, home, url):
        self.folder = home / "work"
        self.folder.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LETTA_BASE_URL": url,
            "LETTA_API_KEY": "x",
            # Nobody else is to be asked anything.
            "DISABLE_AUTOUPDATER": "1",
            "LETTA_CODE_TELEM": "0",
        }

    def run(self, *arguments):
        return subprocess.run(
            [LETTA, *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def json(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)

    def say(self, text, *more):
        """The end of one prompt: `result`, `agent_id`, `conversation_id`, `usage`."""
        said = self.json("-p", text, "--yolo", "--output-format", "json", *more)
        assert said["type"] == "result" and said["is_error"] is False, said
        return said


@pytest.fixture(scope="session")
def letta(server, tmp_path_factory):  # noqa: F811
    return LettaCode(tmp_path_factory.mktemp("home"), server.url)

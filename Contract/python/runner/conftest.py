"""The runner's own modules, as they are in the sources, without the server that brings them."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parents[3] / "Sources/Sandbox/Runners"
RUNNER = FOLDER / "python"
sys.path.insert(0, str(RUNNER))
sys.dont_write_bytecode = True

# The answer is expected on descriptor 3, whichever ours has.
START = """
import os, sys
if {way} != 3:
    os.dup2({way}, 3)
    os.close({way})
sys.path.insert(0, {folder!r})
from roost_runner.serve import main
main()
"""


def python(way):
    return [sys.executable, "-I", "-B", "-c", START.format(way=way, folder=str(RUNNER))]


def node(way):
    return ["bash", "-c", f'exec node --no-warnings "$0" 3>&{way}', str(FOLDER / "runner.mjs")]


def process_runner(folder, start):
    """Runs one request in a process of its own: the answer, and what was printed."""

    def run(**request):
        reading, writing = os.pipe()
        process = subprocess.Popen(
            start(writing),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[writing],
            cwd=folder,
            text=True,
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = pipe.readline()
        stdout, stderr = process.communicate(timeout=60)
        answer = json.loads(line) if line else {}
        answer["stdout"], answer["stderr"] = stdout, stderr
        return answer

    return run


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return process_runner(tmp_path_factory.mktemp("runs"), python)


@pytest.fixture(scope="session")
def run_js(tmp_path_factory):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    return process_runner(tmp_path_factory.mktemp("runs"), node)


@pytest.fixture(scope="session")
def call(run):
    """Calls a function of a source; without a name it runs a script."""

    def call(source, function=None, arguments=None, **more):
        return run(do="call", source=source, function=function, arguments=arguments or {}, **more)

    return call

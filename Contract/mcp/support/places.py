"""The server under test on each transport: `roost mcp` as a process, on the main server, alone over HTTP, over SSE."""

import pathlib
import subprocess
import time

from proof.client import Client
from proof.server import binary, clean_environment, free_port

from support import sdk

#: The transports by the names that tests show.
TRANSPORTS = ("stdio", "serve", "alone", "sse")


def arguments(profile):
    return ["mcp", "--tools", profile]


def stdio(server, profile="memory", env=None, cwd=None):
    """`roost mcp` over the file of a server that runs at the same time."""
    return sdk.Stdio(binary(), arguments(profile), clean_environment(server.home, env), cwd or str(server.home))


class Alone:
    """`roost mcp --http` on a port of its own, over the file of a home."""

    def __init__(self, home, profile="memory", env=None, more=()):
        self.home, self.profile, self.env, self.more = pathlib.Path(home), profile, env, more
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        command = [binary(), *arguments(self.profile), "--http", "--port", str(self.port), *self.more]
        self.log = open(self.home / f"mcp-{self.port}.log", "ab")  # noqa: SIM115
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env=clean_environment(self.home, self.env),
            cwd=self.home,
            start_new_session=True,
        )
        end = time.monotonic() + 20
        client = Client(self.url, timeout=1)
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"roost mcp --http ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if client.get("/health").status == 200:
                    return self
            except OSError:
                client.close()
            time.sleep(0.01)
        self.__exit__()
        raise RuntimeError(f"roost mcp --http was not healthy after 20 s:\n{self.tail()}")

    def tail(self):
        path = self.home / f"mcp-{self.port}.log"
        return path.read_bytes()[-3000:].decode("utf-8", "replace")

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

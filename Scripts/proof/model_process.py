"""Starts the scripted model server (`model.py`) for a test, and talks to it."""

import pathlib
import subprocess
import sys
import time

from proof.client import Client


class Model:
    """`with Model() as model: Server(env=model.environment())`; `model.script("hi", {"calls": [["tool", {}]]})`."""

    def __init__(self, *arguments):
        self.arguments = arguments
        self.process = None

    def start(self):
        command = [sys.executable, str(pathlib.Path(__file__).parent / "model.py"), *map(str, self.arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the scripted model ended with {self.process.wait()} at start")
        self.client = Client(self.url)
        return self

    @property
    def pid(self):
        return self.process.pid

    def environment(self, key="sk-scripted"):
        """Settings that make a roost ask this server, whichever provider a handle names. Agents that name no embedding
        are embedded by the roost itself: what they say would be among the requests otherwise, sooner or later."""
        return {
            "ROOST_DEFAULT_EMBEDDING": "letta/letta-free",
            "OPENAI_API_KEY": key,
            "OPENAI_BASE_URL": self.url + "/v1",
            "ANTHROPIC_API_KEY": key,
            "ANTHROPIC_BASE_URL": self.url,
            "GEMINI_API_KEY": key,
            "GOOGLE_GEMINI_BASE_URL": self.url,
            "OLLAMA_BASE_URL": self.url,
        }

    def ask(self, method, path, body=None, **query):
        reply = self.client.request(method, path, body, query=query)
        assert reply.status == 200, f"{method} {path}: {reply!r}"
        return reply.json()

    def script(self, *answers):
        """What is answered next, in this order; see `scripted/answer.py`."""
        return self.ask("POST", "/script", list(answers))

    def settings(self, **changed):
        return self.ask("POST", "/settings", changed)

    def reset(self, **settings):
        """Forgets everything; settings that are not given are as at the start."""
        return self.ask("POST", "/reset", settings)

    def fail_listings(self, *faults):
        return self.ask("POST", "/listing-faults", list(faults))

    def requests(self, **query):
        """What was received: `interface`, `path`, `headers`, `body`, `status`, `ended`, `violations`."""
        return self.ask("GET", "/requests", **query)

    def last_request(self, **query):
        found = self.requests(last=1, **query)
        assert found, f"the model was not asked ({query})"
        return found[0]

    def stats(self):
        return self.ask("GET", "/stats")

    def wait(self, condition, timeout=10.0):
        """The stats, once `condition(stats)` holds."""
        until = time.monotonic() + timeout
        while True:
            stats = self.stats()
            if condition(stats):
                return stats
            assert time.monotonic() < until, f"it did not come to that: {stats}"
            time.sleep(0.02)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        if self.process:
            self.process.stdout.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

"""Starts, watches and ends one `roost serve` for a test or a benchmark."""

import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Settings of whoever runs the tests must not leak into the server under test.
LEAKS = (
    "ROOST_",
    "LETTA_",
    "CLAUDE_",
    "DEFAULT_",
    "MAX_",
    "OPENAI_",
    "ANTHROPIC_",
    "GEMINI_",
    "GOOGLE_",
    "OLLAMA_",
    "VLLM_",
    "SEARXNG_",
    "BRAVE_",
    "TAVILY_",
    "EXA_",
)


def binary():
    """The executable under test: $ROOST_BIN, else the newest of the release and the debug build."""
    named = os.environ.get("ROOST_BIN")
    if named:
        return str(pathlib.Path(named).resolve())
    built = [ROOT / ".build" / kind / "roost" for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        raise SystemExit("no roost executable: build one, or name it with ROOST_BIN")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(home, extra=None):
    """The environment of a roost process: ours without anything that configures a roost, plus `extra`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(LEAKS) and k not in ("PORT", "MCP_PORT", "SECURE")}
    # Callbacks, stored providers and pages of tests are on this machine, where a server does not go unless it may.
    base = {"ROOST_HOME": str(home), "SWIFT_BACKTRACE": "enable=no", "ROOST_OUTGOING_HOSTS": "127.0.0.1"}
    return {**kept, **base, **(extra or {})}


class Server:
    """One server process on a port of its own. A context manager: `with Server() as roost: roost.url`."""

    def __init__(self, home=None, env=None, port=None, arguments=(), preexec=None):
        self.owns_home = home is None
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="roost-proof-"))
        self.env, self.arguments, self.preexec = env or {}, list(arguments), preexec
        self.port = port or free_port()
        self.process = None
        self.log = self.home / "serve.log"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    @property
    def database(self):
        return self.home / "roost.db"

    def start(self, timeout=30.0):
        """Starts the process and returns the seconds until its first healthy answer."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [binary(), "serve", "--host", "127.0.0.1", "--port", str(self.port), *self.arguments]
        began = time.perf_counter()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=clean_environment(self.home, self.env),
                cwd=self.home,
                preexec_fn=self.preexec,
                start_new_session=True,
            )
        while time.perf_counter() - began < timeout:
            if self.process.poll() is not None:
                raise RuntimeError(f"roost ended with {self.process.returncode} at start:\n{self.log_tail()}")
            if self.healthy(0.5):
                return time.perf_counter() - began
            time.sleep(0.002)
        self.kill()
        raise RuntimeError(f"roost was not healthy after {timeout} s:\n{self.log_tail()}")

    def healthy(self, timeout=5.0):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", "/v1/health/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """Ends the process as a power cut would: SIGKILL, nothing gets to finish."""
        if self.running():
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self, timeout=20.0):
        """Asks the server to drain and end; returns its exit code, or kills it when it does not listen."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
        return None if self.process is None else self.process.returncode

    def log_tail(self, size=4000):
        return self.log.read_bytes()[-size:].decode("utf-8", "replace") if self.log.exists() else ""

    def command(self, *arguments, timeout=60.0, env=None):
        """Runs another roost command on the same home: (exit code, output, errors)."""
        done = subprocess.run(
            [binary(), *arguments],
            env=clean_environment(self.home, {**self.env, **(env or {})}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            cwd=self.home,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self.owns_home:
            shutil.rmtree(self.home, ignore_errors=True)

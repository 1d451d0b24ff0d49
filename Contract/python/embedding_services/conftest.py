"""The recordings that the Swift tests use too, and a server that plays one of them back."""

import http.server
import json
import pathlib
import sys
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

FOLDER = pathlib.Path(__file__).parents[3] / "Tests" / "Fixtures" / "embedding-services"
RECORDINGS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


class Player(http.server.ThreadingHTTPServer):
    """Answers every request with the recorded reply and keeps what it was asked."""

    def __init__(self, reply):
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.seen = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append({"path": path, "query": query, "headers": headers, "body": json.loads(body)})
        reply = json.dumps(self.server.reply["body"]).encode()
        self.send_response(self.server.reply["status"])
        for name, value in self.server.reply["headers"].items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


def pytest_generate_tests(metafunc):
    if "recording" in metafunc.fixturenames:
        metafunc.parametrize("recording", RECORDINGS.values(), ids=list(RECORDINGS))


@pytest.fixture
def player(recording):
    server = Player(recording["reply"])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()

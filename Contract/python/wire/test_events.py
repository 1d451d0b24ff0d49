"""The change feed: new and changed memory as server-sent events, from any cursor on."""

import http.client
import json
import threading
import time

import pytest


class Feed(threading.Thread):
    """Listens to the feed and keeps its lines."""

    def __init__(self, port, headers=None):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.request("GET", "/v1/roost/events", headers={"Accept": "text/event-stream", **(headers or {})})
        self.answer = self.connection.getresponse()
        self.lines = []
        self.start()

    def run(self):
        try:
            while line := self.answer.readline():
                self.lines.append(line.decode().rstrip("\r\n"))
        except (OSError, AttributeError, ValueError):
            pass  # closed by the test

    def told_of(self, *ids, seconds=5.0):
        """Whether each of the ids has appeared, waiting for them a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            text = "\n".join(self.lines)
            if all(each in text for each in ids):
                return True
            time.sleep(0.01)
        return False

    @property
    def cursors(self):
        return [line.removeprefix("id:").strip() for line in self.lines if line.startswith("id:")]


@pytest.fixture
def listen(server):
    feeds = []

    def start(headers=None):
        feeds.append(Feed(server.port, headers))
        return feeds[-1]

    yield start
    for feed in feeds:
        feed.connection.sock and feed.connection.sock.shutdown(2)
        feed.connection.close()


def test_the_feed_is_a_stream_of_events(listen, api, unique):
    feed = listen()
    assert feed.answer.status == 200
    assert feed.answer.getheader("content-type").startswith("text/event-stream")
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    assert feed.told_of(block["id"])
    assert any(line.startswith("data: {") and block["id"] in line for line in feed.lines)
    assert feed.cursors


def test_it_tells_of_new_and_changed_blocks_passages_and_agents(listen, api, new_agent, unique):
    block = api.post("/v1/blocks/", {"label": unique, "value": "v"}).json()
    feed = listen()
    time.sleep(0.2)
    agent = new_agent()
    passage = api.post(f"/v1/agents/{agent['id']}/archival-memory", {"text": unique}).json()[0]
    api.patch(f"/v1/blocks/{block['id']}", {"value": "w"})
    assert feed.told_of(agent["id"], passage["id"], block["id"])
    seen = len([line for line in feed.lines if block["id"] in line])
    api.delete(f"/v1/blocks/{block['id']}")
    until = time.monotonic() + 5
    while len([line for line in feed.lines if block["id"] in line]) <= seen:
        assert time.monotonic() < until, "deletions are told as well"
        time.sleep(0.01)


def test_it_goes_on_from_a_cursor(listen, api, unique):
    first = api.post("/v1/blocks/", {"label": unique, "value": "1"}).json()
    feed = listen({"Last-Event-ID": "0"})
    assert feed.told_of(first["id"])
    cursor = feed.cursors[-1]  # before the next write, which the feed may tell of at once
    second = api.post("/v1/blocks/", {"label": unique, "value": "2"}).json()
    rest = listen({"Last-Event-ID": cursor})
    assert rest.told_of(second["id"])
    assert not rest.told_of(first["id"], seconds=0.2)


def test_it_tells_of_writes_by_other_processes(listen, server, unique):
    feed = listen()
    code, out, errors = server.command("block", "create", unique, "--value", "v", "--json")
    assert code == 0, errors
    assert feed.told_of(json.loads(out)["id"])

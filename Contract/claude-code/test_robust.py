"""Whatever is fed to a hook, the editor goes on."""

import json
import socket
import threading

import pytest

from proof.client import Client
from test_day_one import notes, work

EVENTS = (
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "Stop",
    "SubagentStop",
    "PreCompact",
    "PostCompact",
    "SessionEnd",
    "Notification",
    "SomethingOfNextYear",
)
GARBAGE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe\x00",
    b'{"session_id": 7, "cwd": [], "prompt": {}, "tool_input": "x", "tool_response": 1, "transcript_path": false}',
    b'{"session_id": "../../../etc/passwd", "transcript_path": "/dev/zero", "cwd": "/nowhere"}',
    b"[" * 100_000,
    b'{"prompt": "' + b"a" * 5_000_000 + b'"}',
]


@pytest.mark.parametrize("event", EVENTS)
def test_garbage_is_nobodys_problem(place, event):
    for payload in GARBAGE:
        code, output, error = place.hook(event, payload)
        assert code == 0 and error == "", (payload[:60], error)
        assert output == "" or json.loads(output)


def test_a_server_that_is_down_is_told_once_and_lost_nothing(place, server):
    place.setup("--server", server.url)
    env = {"LETTA_PASSWORD": server.password}
    place.editor.env.update(env)
    place.env.update(env)
    first = place.session()
    work(first, place.project)
    assert first.errors == [] and first.messages == []
    before = {note["id"] for note in notes_of(server)}
    assert before

    server.stop()
    away = place.session()
    (place.project / "src/vat.py").write_text("RATE = 0.19\n")
    away.start()
    away.prompt("Change the VAT rate to 20 percent, what did we decide about rates?")
    away.edit("src/vat.py", "0.19", "0.20")
    away.say("We decided that the VAT rate is 20 percent because the law changed in 2027.")
    away.stop()
    away.end()
    assert away.errors == []
    assert len(away.messages) == 1, away.messages

    server.start()
    back = place.session()
    back.start()
    back.stop()
    texts = [note["text"] for note in notes_of(server)]
    assert sum("vat.py" in text and "0.20" in text for text in texts) == 1, texts
    once = len(texts)
    again = place.session()
    again.start()
    assert len(notes_of(server)) == once


def notes_of(server):
    client = Client(server.url, headers={"authorization": f"Bearer {server.password}"})
    agents = client.get("/v1/agents/?limit=50").json()
    return [
        note
        for agent in agents
        for note in client.get(f"/v1/agents/{agent['id']}/archival-memory?limit=1000").json()
    ]


def test_a_server_that_hangs_is_not_waited_for(place):
    """It never answers, so a hook that waited for it would be ended by the watchdog of `hook`."""
    place.setup()
    listener = socket.create_server(("127.0.0.1", 0))  # takes connections, never answers
    env = {"LETTA_BASE_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"}
    payload = {"session_id": "s", "cwd": str(place.project), "prompt": "Why did the deployment to the cluster fail again?"}
    for event in ("UserPromptSubmit", "SessionStart"):
        named = {**payload, "hook_event_name": event, "session_id": event}
        code, output, error = place.hook(event, named, env)
        assert code == 0 and error == ""
        # On a busy machine the time may be over before there is anything to say.
        told = json.loads(output) if output else {}
        assert told.keys() <= {"systemMessage"}, told
        assert "cannot be reached" in told.get("systemMessage", "cannot be reached")
    listener.close()


def test_sessions_at_once_keep_everything(place):
    place.setup()
    sessions = [place.session() for _ in range(4)]
    (place.project / "src").mkdir()
    threads = []

    def run(number, session):
        session.start()
        session.prompt(f"Write module number {number} of the importer, please.")
        for part in range(5):
            session.write(f"src/module_{number}_{part}.py", f"PART = {part}\n")
        session.say(f"Module {number} is done. The decision was to use format {number} because the others were too slow.")
        session.stop()
        session.end()

    for number, session in enumerate(sessions):
        threads.append(threading.Thread(target=run, args=(number, session)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert [error for session in sessions for error in session.errors] == []
    texts = [note["text"] for note in notes(place) if note["metadata"].get("type") == "file_change"]
    for number in range(4):
        for part in range(5):
            assert sum(f"module_{number}_{part}.py" in text for text in texts) == 1

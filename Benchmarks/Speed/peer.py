#!/usr/bin/env python3
"""A plain baseline: the measured routes on http.server and sqlite3, as one would write them in an afternoon.

It keeps JSON in SQLite (WAL, synchronous=FULL) and has no validation, no relations, no history and no checks.
"""

import argparse
import datetime
import http.server
import json
import pathlib
import re
import sqlite3
import threading
import urllib.parse
import uuid

SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS agent (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT);
CREATE TABLE IF NOT EXISTS block (agent TEXT, label TEXT, id TEXT, body TEXT, PRIMARY KEY (agent, label));
CREATE TABLE IF NOT EXISTS passage (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, agent TEXT, created TEXT, text TEXT);
CREATE INDEX IF NOT EXISTS passage_agent ON passage (agent);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_text
    USING fts5(text, content='passage', content_rowid='seq', tokenize='porter');
"""
local, file = threading.local(), None


def database():
    """A connection for each thread."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(file, timeout=60)
        local.connection.execute("PRAGMA synchronous=FULL")
    return local.connection


def new_id(prefix):
    return f"{prefix}-{uuid.uuid4()}"


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def whole(agent, body):
    rows = database().execute("SELECT body FROM block WHERE agent = ?", (agent,))
    return {**json.loads(body), "blocks": [json.loads(row[0]) for row in rows]}


def create_agent(body, **_):
    agent, blocks = new_id("agent"), body.pop("memory_blocks", [])
    body.update(id=agent, created_at=now(), tags=[], tools=[], metadata={})
    with database() as tx:
        tx.execute("INSERT INTO agent (id, body) VALUES (?, ?)", (agent, json.dumps(body)))
        for block in blocks:
            block.update(id=new_id("block"), limit=100_000, read_only=False)
            tx.execute("INSERT INTO block VALUES (?, ?, ?, ?)", (agent, block["label"], block["id"], json.dumps(block)))
    return {**body, "blocks": blocks}


def get_agent(agent, **_):
    return whole(agent, database().execute("SELECT body FROM agent WHERE id = ?", (agent,)).fetchone()[0])


def list_agents(query, **_):
    rows = (
        database().execute("SELECT id, body FROM agent ORDER BY seq DESC LIMIT ?", (query.get("limit", 50),)).fetchall()
    )
    return [whole(*row) for row in rows]


def get_block(agent, label, **_):
    row = database().execute("SELECT body FROM block WHERE agent = ? AND label = ?", (agent, label)).fetchone()
    return json.loads(row[0])


def patch_block(agent, label, body, **_):
    block = {**get_block(agent, label), **body}
    with database() as tx:
        tx.execute("UPDATE block SET body = ? WHERE agent = ? AND label = ?", (json.dumps(block), agent, label))
    return block


def insert(agent, texts):
    made = []
    with database() as tx:
        for text in texts:
            passage, created = new_id("passage"), now()
            row = tx.execute(
                "INSERT INTO passage (id, agent, created, text) VALUES (?, ?, ?, ?)", (passage, agent, created, text)
            )
            tx.execute("INSERT INTO passage_text (rowid, text) VALUES (?, ?)", (row.lastrowid, text))
            made.append(
                {"id": passage, "text": text, "archive_id": f"archive-{agent}", "created_at": created, "tags": []}
            )
    return made


def insert_one(agent, body, **_):
    return insert(agent, [body["text"]])


def insert_many(agent, body, **_):
    return insert(agent, [passage["text"] for passage in body["passages"]])


def search(agent, query, **_):
    words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query["query"]))
    rows = (
        database()
        .execute(
            "SELECT p.id, p.created, p.text FROM passage_text f JOIN passage p ON p.seq = f.rowid "
            "WHERE passage_text MATCH ? AND p.agent = ? ORDER BY bm25(passage_text) LIMIT ?",
            (words, agent, query.get("top_k", 10)),
        )
        .fetchall()
    )
    results = [{"id": i, "timestamp": created, "content": text, "tags": []} for i, created, text in rows]
    return {"results": results, "count": len(results)}


ROUTES = [
    (method, re.compile(pattern), handler)
    for method, pattern, handler in (
        ("GET", r"/v1/health/", lambda **_: {"status": "ok", "version": "peer"}),
        ("POST", r"/v1/agents/", create_agent),
        ("GET", r"/v1/agents/", list_agents),
        ("GET", r"/v1/agents/(?P<agent>[^/]+)", get_agent),
        ("GET", r"/v1/agents/(?P<agent>[^/]+)/core-memory/blocks/(?P<label>[^/]+)", get_block),
        ("PATCH", r"/v1/agents/(?P<agent>[^/]+)/core-memory/blocks/(?P<label>[^/]+)", patch_block),
        ("POST", r"/v1/agents/(?P<agent>[^/]+)/archival-memory", insert_one),
        ("GET", r"/v1/agents/(?P<agent>[^/]+)/archival-memory/search", search),
        ("POST", r"/v1/archives/archive-(?P<agent>[^/]+)/passages/batch", insert_many),
    )
]


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self):
        parts = urllib.parse.urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        status, value = 404, {"detail": "Not Found"}
        for method, pattern, handler in ROUTES:
            match = pattern.fullmatch(parts.path)
            if match and method == self.command:
                query = dict(urllib.parse.parse_qsl(parts.query))
                status, value = 200, handler(**match.groupdict(), query=query, body=body)
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    do_GET = do_POST = do_PATCH = answer

    def log_message(self, *_):
        pass


class Peer(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    global file
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--home", type=pathlib.Path, required=True)
    asked = options.parse_args()
    file = asked.home / "peer.db"
    database().executescript(SCHEMA)
    Peer(("127.0.0.1", asked.port), Answer).serve_forever()


if __name__ == "__main__":
    main()

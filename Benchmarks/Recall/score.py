#!/usr/bin/env python3
"""Scores a running server on a recall test set, through its REST API.

  score.py --base http://127.0.0.1:8283 [--folder FOLDER] [--password P] [--split tune] [--out FILE.json]

FOLDER holds notes.jsonl and questions.jsonl (see README.md; default: notes/ beside this file). The notes go into a
new archive with the times they were written, every question is asked once, and the archive is deleted again.
Standard library only.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import measures

BATCH = 200


class Server:
    def __init__(self, base, password):
        self.base = base.rstrip("/")
        self.headers = {"content-type": "application/json"}
        if password:
            self.headers["authorization"] = "Bearer " + password

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, method=method, headers=self.headers, data=data)
        try:
            with urllib.request.urlopen(request, timeout=600) as reply:
                content = reply.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read()[:500].decode(errors='replace')}")
        except urllib.error.URLError as error:
            sys.exit(f"Cannot reach {self.base}: {error.reason}. Is the server running?")
        return json.loads(content) if content else None


def load(server, archive, notes):
    """Returns the note's id for each passage id."""
    names = {}
    for start in range(0, len(notes), BATCH):
        batch = notes[start : start + BATCH]
        body = [
            {"text": n["text"], "tags": n.get("tags") or [], "metadata": n.get("metadata") or {}}
            | ({"created_at": n["created_at"]} if n.get("created_at") else {})
            for n in batch
        ]
        stored = server.call("POST", f"/v1/archives/{archive}/passages/batch", {"passages": body})
        if len(stored) != len(batch):
            sys.exit(f"Stored {len(stored)} passages of {len(batch)}: texts cut in several are not scored here.")
        names |= {passage["id"]: note["id"] for passage, note in zip(stored, batch, strict=True)}
        print(f"\rstored {len(names)} of {len(notes)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return names


def ask(server, archive, names, questions, top, agent, sends_now):
    answers = []
    for question in questions:
        began = time.perf_counter()
        if agent:
            query = urllib.parse.urlencode({"query": question["question"], "top_k": top})
            items = server.call("GET", f"/v1/agents/{agent}/archival-memory/search?{query}")["results"]
        else:
            body = {"query": question["question"], "archive_id": archive, "limit": top}
            if sends_now and question.get("now"):
                body["now"] = question["now"]
            items = server.call("POST", "/v1/passages/search", body)
        milliseconds = (time.perf_counter() - began) * 1000
        marks = [i["relevant"] for i in items if "relevant" in i]
        ids = [(i.get("passage") or i)["id"] for i in items]
        answers.append(
            {
                "id": question["id"],
                "kind": question["kind"],
                "split": question["split"],
                "relevant": question["relevant"],
                "ranked": [names[i] for i in ids],
                "scores": [i.get("score") for i in items],
                "marked": sum(marks) if marks or not items else None,
                "milliseconds": round(milliseconds, 2),
            }
        )
        if len(answers) % 20 == 0:
            print(f"\rasked {len(answers)} of {len(questions)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    if all(a["marked"] is None or not a["ranked"] for a in answers):
        for answer in answers:
            answer["marked"] = None
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default=os.environ.get("LETTA_BASE_URL", "http://127.0.0.1:8283"))
    parser.add_argument("--password", default=os.environ.get("LETTA_PASSWORD"))
    parser.add_argument("--folder", default=pathlib.Path(__file__).parent / "notes", type=pathlib.Path)
    parser.add_argument("--split", choices=["tune", "report"], help="only the questions of this half")
    parser.add_argument("--top", type=int, default=20, help="results asked for (20)")
    parser.add_argument("--agent-route", action="store_true", help="ask GET /v1/agents/{id}/archival-memory/search")
    parser.add_argument("--send-now", action="store_true", help="send a question's `now` in the body")
    parser.add_argument("--keep", action="store_true", help="do not delete the archive afterwards")
    parser.add_argument("--misses", action="store_true", help="print the questions whose first result is wrong")
    parser.add_argument("--out", type=pathlib.Path, help="write the numbers and every answer as JSON")
    arguments = parser.parse_args()

    notes = measures.read(arguments.folder / "notes.jsonl")
    questions = measures.read(arguments.folder / "questions.jsonl")
    if arguments.split:
        questions = [q for q in questions if q["split"] == arguments.split]
    server = Server(arguments.base, arguments.password)
    name = f"recall {arguments.folder.name} {int(time.time())}"
    archive = server.call("POST", "/v1/archives/", {"name": name})["id"]
    agent = None
    try:
        if arguments.agent_route:
            agent = server.call("POST", "/v1/agents/", {"name": name.replace(" ", "-")})["id"]
            server.call("PATCH", f"/v1/agents/{agent}/archives/attach/{archive}")
        names = load(server, archive, notes)
        answers = ask(server, archive, names, questions, arguments.top, agent, arguments.send_now)
    finally:
        if not arguments.keep:
            if agent:
                server.call("DELETE", f"/v1/agents/{agent}")
            server.call("DELETE", f"/v1/archives/{archive}")
    summary = measures.summarise(answers)
    if arguments.misses:
        texts = {q["id"]: q["question"] for q in questions}
        for answer in answers:
            if answer["relevant"] and answer["ranked"][:1] != answer["relevant"][:1]:
                print(
                    f"{answer['id']} {answer['kind']}: {texts[answer['id']]}", answer["relevant"], answer["ranked"][:3]
                )
    measures.show(summary)
    times = sorted(a["milliseconds"] for a in answers)
    print(
        f"\none question: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, with HTTP"
    )
    if arguments.out:
        arguments.out.write_text(
            json.dumps({"folder": arguments.folder.name, "summary": summary, "answers": answers}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()

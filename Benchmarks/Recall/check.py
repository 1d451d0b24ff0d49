#!/usr/bin/env python3
"""Checks a recall test set: a folder with notes.jsonl and questions.jsonl.

  check.py [FOLDER]   prints counts; exit code 1 when a rule is broken

Standard library only.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

KINDS = {
    "paraphrase",
    "identifier",
    "error",
    "path",
    "date",
    "latest",
    "person",
    "multi",
    "typo",
    "none",
}
LEAST = {"identifier": 60, "none": 50}
# A paraphrase shares at most this part of its content words with the notes that answer it.
PARAPHRASE_OVERLAP = 0.5
STOP = set(
    """a about after all am an and any are as at be been before being but by can could did do does doing for from had
    has have he her his how i if in into is it its made make may me my no not of on one or our out over s she should
    so some than that the their them then there they this to too up us use used was we were what when where which
    while who whom whose why will with without would you your""".split()
)


def read(path):
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            sys.exit(f"{path}:{number}: not JSON: {error}")
    return rows


def stem(word):
    for ending in ("ing", "ed", "es", "s", "ly", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def words(text):
    return {stem(w) for w in re.findall(r"[^\W_]+", text.lower()) if w not in STOP}


def check_notes(notes, complain):
    ids, texts = set(), {}
    for note in notes:
        name = note.get("id", "?")
        for field, kind in (("id", str), ("text", str), ("created_at", str), ("tags", list), ("metadata", dict)):
            if not isinstance(note.get(field), kind):
                complain(f"{name}: {field} is missing or not a {kind.__name__}")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", note["created_at"]):
            complain(f"{name}: created_at is not like 2026-03-04T09:30:00Z")
        if name in ids:
            complain(f"{name}: this id is there twice")
        ids.add(name)
        key = " ".join(note["text"].split()).lower()
        if not key:
            complain(f"{name}: empty text")
        if key in texts:
            complain(f"{name}: same text as {texts[key]}")
        texts[key] = name


def check_questions(notes, questions, complain):
    by_id = {n["id"]: n for n in notes}
    seen_ids, seen_texts, split_of = set(), set(), {}
    for question in questions:
        name, text = question["id"], question["question"]
        if name in seen_ids:
            complain(f"{name}: this id is there twice")
        if text.lower() in seen_texts:
            complain(f"{name}: this question is there twice: {text}")
        seen_ids.add(name)
        seen_texts.add(text.lower())
        if question["kind"] not in KINDS:
            complain(f"{name}: unknown kind {question['kind']}")
        if question["split"] not in ("tune", "report"):
            complain(f"{name}: unknown split {question['split']}")
        if (question["kind"] == "none") != (not question["relevant"]):
            complain(f"{name}: 'none' has no relevant notes, every other kind has some")
        if question["kind"] == "multi" and not 2 <= len(question["relevant"]) <= 4:
            complain(f"{name}: 'multi' has 2 to 4 relevant notes")
        if len(set(question["relevant"])) != len(question["relevant"]):
            complain(f"{name}: a relevant note is named twice")
        for note in question["relevant"]:
            if note not in by_id:
                complain(f"{name}: there is no note {note}")
            elif split_of.setdefault(note, question["split"]) != question["split"]:
                complain(f"{name}: {note} answers questions of both splits")
        exact = question.get("exact")
        if question["kind"] in ("identifier", "path") and not exact:
            complain(f"{name}: needs 'exact', the string as it stands in the notes")
        if exact:
            if exact.lower() not in text.lower():
                complain(f"{name}: the question does not contain '{exact}'")
            holders = {n["id"] for n in notes if exact.lower() in n["text"].lower()}
            if holders != set(question["relevant"]):
                complain(f"{name}: '{exact}' is in {sorted(holders)}, relevant are {question['relevant']}")


def overlap(question, by_id):
    asked = words(question["question"])
    if not asked:
        return 0.0
    there = set().union(*(words(by_id[n]["text"]) for n in question["relevant"]))
    return len(asked & there) / len(asked)


def check_overlap(notes, questions, complain):
    by_id = {n["id"]: n for n in notes}
    shares = collections.defaultdict(list)
    for question in questions:
        if not question["relevant"]:
            continue
        share = overlap(question, by_id)
        shares[question["kind"]].append(share)
        if question["kind"] == "paraphrase" and share > PARAPHRASE_OVERLAP:
            complain(f"{question['id']}: shares {share:.2f} of its words with the note: {question['question']}")
    return shares


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=pathlib.Path(__file__).parent / "notes", type=pathlib.Path)
    arguments = parser.parse_args()
    notes, questions = read(arguments.folder / "notes.jsonl"), read(arguments.folder / "questions.jsonl")
    problems = []
    check_notes(notes, problems.append)
    check_questions(notes, questions, problems.append)
    shares = check_overlap(notes, questions, problems.append)
    lengths = sorted(len(n["text"].split()) for n in notes)
    print(f"{len(notes)} notes, {lengths[0]} to {lengths[-1]} words, median {lengths[len(lengths) // 2]}")
    counts = collections.Counter(q["kind"] for q in questions)
    splits = collections.Counter((q["kind"], q["split"]) for q in questions)
    print(f"{len(questions)} questions")
    print(f"{'kind':12} {'all':>5} {'tune':>5} {'report':>7}   mean part of the words that the notes have")
    for kind in sorted(counts, key=lambda k: -counts[k]):
        share = f"{sum(shares[kind]) / len(shares[kind]):.2f}" if shares[kind] else ""
        print(f"{kind:12} {counts[kind]:5} {splits[kind, 'tune']:5} {splits[kind, 'report']:7}   {share}")
    for kind, least in LEAST.items():
        if counts[kind] < least:
            problems.append(f"only {counts[kind]} questions of kind {kind}, wanted {least}")
    for problem in problems:
        print("problem:", problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

"""What a list of results is worth, and the table of it. Shared by score.py and peer_txtai.py."""

import json
import math
import pathlib
import sys

NAMES = ("recall@1", "recall@5", "recall@10", "MRR", "nDCG@10")


def read(path):
    rows = []
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            sys.exit(f"{path}:{number}: not JSON: {error}")
    return rows


def measure(ranked, relevant):
    """ranked: note ids, the best first. recall@k is the part of the relevant notes among the first k."""
    relevant = set(relevant)
    found = {f"recall@{k}": len(relevant & set(ranked[:k])) / len(relevant) for k in (1, 5, 10)}
    # With several relevant notes one place cannot hold them all: the first place is right or it is not.
    found["recall@1"] = float(bool(ranked) and ranked[0] in relevant)
    found["MRR"] = next((1 / (i + 1) for i, name in enumerate(ranked[:20]) if name in relevant), 0.0)
    gain = sum(1 / math.log2(i + 2) for i, name in enumerate(ranked[:10]) if name in relevant)
    found["nDCG@10"] = gain / sum(1 / math.log2(i + 2) for i in range(min(10, len(relevant))))
    return found


def mean(rows):
    return {name: sum(row[name] for row in rows) / len(rows) for name in NAMES}


def summarise(answers):
    """answers: one object a question: kind, split, ranked, relevant, marked (how many results the server calls
    relevant; None when it does not say)."""
    summary = {}
    kinds = list(dict.fromkeys(a["kind"] for a in answers if a["relevant"]))
    for split in ("all", "tune", "report"):
        chosen = [a for a in answers if split in ("all", a["split"])]
        scored = [(a["kind"], measure(a["ranked"], a["relevant"])) for a in chosen if a["relevant"]]
        part = {}
        for kind in ["all", *kinds]:
            rows = [m for k, m in scored if kind in ("all", k)]
            if rows:
                part[kind] = {"questions": len(rows), **mean(rows)}
        marked = [a for a in chosen if a.get("marked") is not None]
        for name, rows in (
            ("none", [a for a in marked if not a["relevant"]]),
            ("others", [a for a in marked if a["relevant"]]),
        ):
            if rows:
                part.setdefault("marked", {})[name] = {
                    "questions": len(rows),
                    "with a result marked relevant": sum(a["marked"] > 0 for a in rows),
                }
        if part:
            summary[split] = part
    return summary


def show(summary):
    for split, part in summary.items():
        print(f"\n{split:12} {'questions':>9} " + " ".join(f"{name:>9}" for name in NAMES))
        for kind, row in part.items():
            if kind != "marked":
                print(f"{kind:12} {row['questions']:9} " + " ".join(f"{row[name]:9.3f}" for name in NAMES))
        for name, row in part.get("marked", {}).items():
            label = "questions without an answer" if name == "none" else "questions with one"
            print(f"{label}: {row['with a result marked relevant']} of {row['questions']} get a result marked relevant")

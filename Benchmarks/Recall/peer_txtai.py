#!/usr/bin/env python3
"""The same test set with txtai (PyPI `txtai`): hybrid search, a MiniLM model from a local folder.

  peer_txtai.py --model FOLDER [--folder FOLDER] [--keyword | --dense] [--out FILE.json]

Runs in this process, so it is the ranking that is compared, not the time. Needs `pip install txtai` (torch,
transformers, faiss); the model folder holds config.json, tokenizer.json and model.safetensors.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import sys
import time

import measures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=pathlib.Path)
    parser.add_argument("--folder", default=pathlib.Path(__file__).parent / "notes", type=pathlib.Path)
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--keyword", action="store_true", help="BM25 only")
    parser.add_argument("--dense", action="store_true", help="vectors only")
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import txtai
    except ImportError:
        sys.exit("txtai is not installed: python -m pip install txtai")

    version = importlib.metadata.version("txtai")
    notes = measures.read(arguments.folder / "notes.jsonl")
    questions = measures.read(arguments.folder / "questions.jsonl")
    config = {"keyword": True} if arguments.keyword else {"path": str(arguments.model)}
    if not arguments.keyword and not arguments.dense:
        config["hybrid"] = True
    embeddings = txtai.Embeddings(config)
    began = time.process_time()
    embeddings.index([(note["id"], note["text"], None) for note in notes])
    print(f"indexed {len(notes)} notes in {time.process_time() - began:.1f} s of CPU time", file=sys.stderr)
    answers = []
    began = time.process_time()
    for question in questions:
        found = embeddings.search(question["question"], arguments.top)
        answers.append(
            {
                "id": question["id"],
                "kind": question["kind"],
                "split": question["split"],
                "relevant": question["relevant"],
                "ranked": [name for name, _ in found],
                "scores": [round(float(score), 4) for _, score in found],
                "marked": None,
            }
        )
    cost = (time.process_time() - began) / len(questions) * 1000
    summary = measures.summarise(answers)
    measures.show(summary)
    print(f"\ntxtai {version}, {config}: {cost:.1f} ms of CPU time a question")
    if arguments.out:
        arguments.out.write_text(
            json.dumps({"peer": f"txtai {version}", "summary": summary, "answers": answers}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The encoder against onnxruntime: the same token ids, one thread, processor time. See README.md."""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTRUCTIONS = ["plain", "avx2", "avx512", "avx512BF16"]


# Words of a text, in turn: short notes, paragraphs, a few that are long.
LENGTHS = [6, 14, 80, 22, 30, 44, 10, 60, 80, 36]


def texts(folder, count):
    """Token ids of pieces of this repository's documentation, of all lengths up to 256."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    words = [w for path in sorted(ROOT.glob("docs/**/*.md")) for w in path.read_text().split()]
    chosen, start = [], 0
    while len(chosen) < count and start < len(words):
        length = LENGTHS[len(chosen) % len(LENGTHS)]
        ids = tokenizer.encode(" ".join(words[start : start + length])).ids
        chosen.append(ids[:255] + ids[-1:] if len(ids) > 256 else ids)
        start += length
    return chosen


def processor_seconds(who=resource.RUSAGE_SELF):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


class Onnx:
    def __init__(self, path):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, rows):
        import numpy as np

        return self.session.run(None, {"input_ids": np.array(rows), "position_ids": np.arange(len(rows[0]))})[0]

    def one_by_one(self, sequences):
        return [self.run([ids])[0].mean(0) for ids in sequences]

    def by_length(self, sequences, most=16):
        groups = {}
        for ids in sequences:
            groups.setdefault(len(ids), []).append(ids)
        for rows in groups.values():
            for start in range(0, len(rows), most):
                self.run(rows[start : start + most]).mean(1)


def timed(work):
    start = processor_seconds()
    result = work()
    return processor_seconds() - start, result


def encoder(program, folder, packed, precision, instructions, ids_file, vectors):
    command = [program, "run", folder, packed, precision, instructions, ids_file, "1", vectors]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def cosines(vectors, reference):
    import numpy as np

    a, b = np.asarray(vectors, np.float64), np.asarray(reference, np.float64)
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def reference_vectors(python, folder, ids_file, target):
    """Mean of the last hidden states by transformers and torch, in a Python that has them."""
    code = (
        "import sys,numpy as np,torch;from transformers import BertModel;"
        "m=BertModel.from_pretrained(sys.argv[1]).eval();torch.set_num_threads(1);"
        "np.save(sys.argv[3],np.stack([m(torch.tensor([[int(i) for i in l.split()]])).last_hidden_state[0].mean(0)"
        ".detach().numpy() for l in open(sys.argv[2])]))"
    )
    subprocess.run([python, "-c", code, str(folder), str(ids_file), str(target)], check=True)


def measure(arguments, work):
    import numpy as np

    from onnx_model import build

    folder, program = arguments.model, arguments.program
    sequences = texts(folder, arguments.texts)
    query = min(sequences, key=lambda ids: abs(len(ids) - 11))[:11]
    (work / "ids").write_text("\n".join(" ".join(map(str, ids)) for ids in sequences) + "\n")
    (work / "query").write_text("\n".join([" ".join(map(str, query))] * 100) + "\n")
    packed = {}
    for precision in ("bf16", "fp32"):
        packed[precision] = work / precision
        subprocess.run([program, "pack", folder, packed[precision], precision], check=True)
    models = {}
    for kind in ("plain", "fused"):
        build(str(folder), str(work / f"{kind}.onnx"), kind == "fused")
        models[kind] = Onnx(work / f"{kind}.onnx")

    best, vectors = {}, {}

    def note(name, column, seconds):
        best.setdefault(name, {}).setdefault(column, []).append(seconds)

    for _ in range(arguments.rounds):
        for kind, model in models.items():
            name = f"onnxruntime, {kind} graph"
            seconds, found = timed(lambda: model.one_by_one(sequences))
            vectors.setdefault("onnxruntime", found)
            note(name, "single", seconds)
            note(name, "together", timed(lambda: model.by_length(sequences))[0])
            note(name, "query", timed(lambda: model.one_by_one([query] * 100))[0] / 100)
        for precision in packed:
            for instructions in arguments.kernels:
                name = f"{precision}, {instructions}"
                common = (program, folder, packed[precision], precision, instructions)
                found = encoder(*common, work / "ids", work / "vectors")
                if not found:
                    continue
                note(name, "single", found["single"])
                note(name, "together", found["together"])
                vectors[name] = np.fromfile(work / "vectors", np.float32).reshape(len(sequences), -1)
                found = encoder(*common, work / "query", work / "unused")
                note(name, "query", found["single"] / 100)
    reference = vectors["onnxruntime"]
    if arguments.reference_python:
        reference_vectors(arguments.reference_python, folder, work / "ids", work / "reference.npy")
        reference = np.load(work / "reference.npy")
    tokens = sum(map(len, sequences))
    print(f"{len(sequences)} texts, {tokens / len(sequences):.1f} tokens on average; query of {len(query)} tokens")
    print(f"fastest of {arguments.rounds} rounds, processor time, one thread\n")
    table(best, vectors, reference, len(sequences))


def table(best, vectors, reference, count):
    least = {name: {c: min(v) for c, v in columns.items()} for name, columns in best.items()}
    peer = min(min(c["single"], c["together"]) for n, c in least.items() if n.startswith("onnx"))
    peer_query = min(c["query"] for n, c in least.items() if n.startswith("onnx"))
    print(
        "| | texts/s one by one | texts/s batched | times onnxruntime | query ms | times onnxruntime | least cosine |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, c in least.items():
        own = min(c["single"], c["together"])
        found = vectors.get(name, vectors["onnxruntime"])
        print(
            f"| {name} | {count / c['single']:.0f} | {count / c['together']:.0f} | {peer / own:.2f} | "
            f"{c['query'] * 1e3:.2f} | {peer_query / c['query']:.2f} | {cosines(found, reference).min():.8f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=pathlib.Path, help="model folder")
    parser.add_argument("program", type=pathlib.Path, help="EncoderBenchmark, built for release")
    parser.add_argument("--texts", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kernels", nargs="*", default=INSTRUCTIONS[1:])
    parser.add_argument("--reference-python", help="a Python with transformers and torch, for the cosines")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        measure(arguments, pathlib.Path(work))


if __name__ == "__main__":
    main()

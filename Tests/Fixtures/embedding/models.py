"""Small models of each layout, and the vectors that sentence-transformers gives for them.

Their weights are computed, here and in the tests (`TinyModel.swift`), so that they need not be kept: `models/NAME` has
the small files of a model's folder, `weights.json` which tensors there are, and `expected.json` texts with their
vectors.
"""

import json
import pathlib
import shutil
import tempfile

import numpy as np
import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel

TEXTS = [
    "",
    "memory",
    "The agent remembers what the server forgot.",
    "naïve café 中文 한국어 [SEP] don't!",
    "unembedable tokenization of everything, everywhere; all at once?",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9",
    "\U0001f469\u200d\U0001f469 ok",
]
REAL_TEXTS = TEXTS + [
    "How do I restart the server after a power failure?",
    "The deployment window is every second Tuesday from 22:00 to 23:00 UTC.",
    "error: cannot find type 'roost_linear' in scope at Sources/Models/Embedding/BertEncoder.swift:154",
    "word " * 200,
]

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def pooling(mode, width):
    modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"]
    return {"word_embedding_dimension": width} | {f"pooling_mode_{one}": one == mode for one in modes}


def config(hidden, layers, heads, inner, **other):
    return dict(
        hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner,
        max_position_embeddings=128, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12,
    ) | other  # fmt: skip


# The folder's name, config.json, kind of the weights, the small files, whether it has tokenizer.json, the prefixes that
# the reference is given, since e5's and bge's are in no file.
MODELS = [
    (
        "bge-tiny-en-v1.5", config(32, 2, 2, 128), "F32", {
            "modules.json": MODULES, "1_Pooling/config.json": pooling("cls_token", 32),
            "sentence_bert_config.json": {"max_seq_length": 120, "do_lower_case": True},
            "config_sentence_transformers.json": {"prompts": {"query": "", "document": ""}},
        }, True, ("Represent this sentence for searching relevant passages: ", ""),
    ),
    (
        "e5-tiny-v2", config(48, 2, 4, 96), "F32", {
            "modules.json": MODULES, "1_Pooling/config.json": pooling("mean_tokens", 48),
            "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        }, True, ("query: ", "passage: "),
    ),
    (
        "gte-tiny", config(64, 3, 2, 256), "F16", {
            "modules.json": MODULES[:2], "1_Pooling/config.json": pooling("mean_tokens", 64),
            "sentence_bert_config.json": {"max_seq_length": 100, "do_lower_case": False},
            "tokenizer_config.json": {
                "do_lower_case": True, "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]", "cls_token": "[CLS]",
                "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]", "model_max_length": 512,
            },
        }, False, ("", ""),
    ),
    (
        "all-Tiny-L3", config(64, 3, 4, 256, hidden_act="gelu_new"), "BF16", {
            "modules.json": [
                {"idx": 0, "name": "0", "path": "",
                 "type": "sentence_transformers.base.modules.transformer.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling",
                 "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"},
                {"idx": 2, "name": "2", "path": "2_Normalize",
                 "type": "sentence_transformers.base.modules.normalize.Normalize"},
            ],
            "1_Pooling/config.json": {"embedding_dimension": 64, "pooling_mode": "mean", "include_prompt": True},
            "2_Normalize/config.json": {
                "module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
            "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "model_max_length": 96},
            "config_sentence_transformers.json": {
                "prompts": {"query": "find: ", "document": "text: "}, "default_prompt_name": None},
        }, True, ("find: ", "text: "),
    ),
    ("plain-base", config(96, 2, 3, 384, layer_norm_eps=1e-5), "F32", {}, True, ("", "")),
]  # fmt: skip


def mixed(numbers):
    """SplitMix64 of some counters."""
    numbers = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def values(index, name, shape):
    """Multiples of 1/512 with few digits, so that every kind holds them exactly."""
    counters = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(index << 32)
    uniform = (mixed(counters) >> np.uint64(56)).astype(np.float32) / np.float32(128) - np.float32(1)
    if "LayerNorm.weight" in name:
        return (np.float32(1) + np.floor(uniform * 16) / np.float32(32)).reshape(shape)
    scale = 1.0 if "embeddings" in name and "LayerNorm" not in name else 0.25
    return (uniform * np.float32(scale)).reshape(shape)


def tensors(settings):
    model = BertModel(BertConfig(**settings), add_pooling_layer=False)
    names = sorted(name for name in model.state_dict() if "position_ids" not in name)
    return {name: list(model.state_dict()[name].shape) for name in names}


def make_model(here, name, settings, kind, files, has_tokenizer, prefixes):
    folder = here / "models" / name
    shutil.rmtree(folder, ignore_errors=True)
    vocabulary = json.loads((here / "tokenizer/tokenizer.json").read_text())["model"]["vocab"]
    settings = settings | {"vocab_size": len(vocabulary)}
    shapes = tensors(settings)
    wide = {"config.json": {"model_type": "bert", "architectures": ["BertModel"]} | settings} | files
    wide["weights.json"] = {"kind": kind, "tokenizer": has_tokenizer, "tensors": [[n, s] for n, s in shapes.items()]}
    for file, content in wide.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(json.dumps(content, separators=(",", ":")) + "\n")
    with tempfile.TemporaryDirectory() as temporary:
        whole = pathlib.Path(temporary) / name
        shutil.copytree(folder, whole)
        if has_tokenizer:
            shutil.copy(here / "tokenizer/tokenizer.json", whole)
        else:
            (whole / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
        dtype = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}[kind]
        weights = {n: torch.from_numpy(values(i, n, s)).to(dtype) for i, (n, s) in enumerate(shapes.items())}
        save_file(weights, whole / "model.safetensors", {"format": "pt"})
        write_expected(folder / "expected.json", whole, TEXTS, prefixes)


def write_expected(path, model, texts, prefixes):
    reference = SentenceTransformer(str(model), device="cpu", model_kwargs={"dtype": torch.float32})
    lines = []
    for purpose, prefix in zip(["query", "passage"], prefixes, strict=True):
        # A prompt of the model itself comes from its files.
        vectors = reference.encode(texts, prompt=prefix, normalize_embeddings=True)
        for text, vector in zip(texts, vectors, strict=True):
            if purpose == "query" or prefixes[0] != prefixes[1]:
                rounded = [float(f"{x:.6g}") for x in vector]
                lines.append(json.dumps({"purpose": purpose, "text": text, "vector": rounded}, separators=(",", ":")))
    path.write_text("\n".join(lines) + "\n")
    print(path, reference.get_max_seq_length(), len(lines))


def make_models(here, installed):
    for model in MODELS:
        make_model(here, *model)
    write_expected(here / "models/all-MiniLM-L6-v2.json", installed, REAL_TEXTS, ("", ""))

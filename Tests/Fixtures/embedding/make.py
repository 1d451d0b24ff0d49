#!/usr/bin/env python3
"""Makes the fixtures of the embedding model's tests from the reference libraries.

    python3 -m venv /tmp/embedding && /tmp/embedding/bin/pip install -r Tests/Fixtures/embedding/requirements.txt
    /tmp/embedding/bin/python Tests/Fixtures/embedding/make.py MODEL

MODEL is the folder of all-MiniLM-L6-v2 (`Scripts/model.sh` installs it); its tokenizer gives the expected numbers of
the full vocabulary. Everything is generated; the same versions give the same files.
"""

import json
import pathlib
import string
import sys
import zlib

from corpus import texts
from models import make_models
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def small_vocabulary():
    """Single letters of many scripts and some pieces, so that most mistakes change a number."""
    singles = list(string.printable.strip()) + [chr(scalar) for scalar in range(0xA1, 0x180)]
    singles += [
        chr(s) for s in [*range(0x370, 0x3E2), *range(0x430, 0x460), *range(0x5D0, 0x5EB), *range(0x621, 0x64B)]
    ]
    singles += [chr(s) for s in [*range(0x905, 0x950), *range(0xE01, 0xE4F), *range(0x1100, 0x1113)]]
    singles += [chr(s) for s in [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3), *range(0x3041, 0x3100)]]
    singles += list("中文字符漢日本語한국각豈更丽👩👍🏽ςß½²℃\u0301\u0307\u0323\u302e\u302f\u1b44\u1baa\u1dfb\u08d4")
    singles += list("\U0001d165\U0001d16d\U0001e000\U0001e944\U0001e94a\U0001134d\U00011442\U00011446\u200b\0\x0b\x85")
    pieces = "the memory agent un ing able write server ##ing ##able ##er ##s ##ation token ##iza embed ##ding".split()
    names = list(dict.fromkeys(SPECIAL + pieces + singles + ["##" + single for single in singles]))
    return {name: number for number, name in enumerate(names)}


def tokenizer_json(vocabulary, **normalizer):
    rules = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True} | normalizer
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    tokens = {name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in ["[CLS]", "[SEP]"]}
    return {
        "version": "1.0",
        "truncation": {"max_length": 128, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": None,
        "added_tokens": [{"id": vocabulary[name], "content": name} | flags for name in SPECIAL],
        "normalizer": {"type": "BertNormalizer"} | rules,
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": tokens,
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    }


def reference(description):
    tokenizer = Tokenizer.from_str(description if isinstance(description, str) else json.dumps(description))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


# What the tests set in `TokenizerRules` for each of the checksums, in this order.
VARIANTS = [
    {"lowercase": False},
    {"strip_accents": False},
    {"lowercase": False, "strip_accents": True},
    {"clean_text": False, "handle_chinese_chars": False},
]


def make_tokenizer(model):
    """tokenizer/tokenizer.json, a tokenizer of few pieces; tokenizer/expected.jsonl, a line a text: its numbers in the
    small vocabulary, and CRC-32s of the little-endian numbers in the model's and for each of VARIANTS."""
    folder = HERE / "tokenizer"
    folder.mkdir(exist_ok=True)
    vocabulary = small_vocabulary()
    whole = json.dumps(tokenizer_json(vocabulary), ensure_ascii=True, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(whole + "\n")
    small, full = reference(whole), reference((model / "tokenizer.json").read_text())
    others = [full] + [reference(tokenizer_json(vocabulary, **variant)) for variant in VARIANTS]
    with open(folder / "expected.jsonl", "w") as out:
        for text in texts():
            sums = [zlib.crc32(b"".join(i.to_bytes(4, "little") for i in one.encode(text).ids)) for one in others]
            line = {"text": text, "small": small.encode(text).ids, "sums": sums}
            out.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    make_tokenizer(pathlib.Path(sys.argv[1]))
    make_models(HERE, pathlib.Path(sys.argv[1]))

#!/usr/bin/env python3
"""Writes Sources/CUnicode/tables.c: what a BERT tokenizer does with each Unicode scalar.

The tables are asked of the reference itself, scalar by scalar, because its libraries know several old versions of
Unicode, and ids must be the same. Run it again when the reference changes:

    python3 -m venv /tmp/unicode && /tmp/unicode/bin/pip install tokenizers==0.23.3
    /tmp/unicode/bin/python Scripts/unicode-tables.py > Sources/CUnicode/tables.c
"""

import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

DROPPED, WHITE, IDEOGRAPH, PUNCTUATION, STRIPPED, LOWERED, ORDERED, BARRIER = (1 << bit for bit in range(8))
HANGUL = range(0xAC00, 0xD7A4)


def bert(**what):
    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**(off | what))


clean = bert(clean_text=True)
ideographs = bert(handle_chinese_chars=True)
strip = bert(strip_accents=True)
lower = bert(lowercase=True)
decompose = normalizers.NFD()
split = pre_tokenizers.BertPreTokenizer()


def is_starter(character):
    """Whether canonical ordering (Unicode 3.11) moves nothing past it, as the reference sees it."""
    moves_back = decompose.normalize_str("a\u0345" + character) != "a\u0345" + character
    lets_pass = decompose.normalize_str("a" + character + "\u0334") != "a" + character + "\u0334"
    return not (moves_back or lets_pass)


def class_of(scalar, stripped, lowered, orders):
    character = chr(scalar)
    bits = 0
    if clean.normalize_str(character) == "":
        bits |= DROPPED
    words = [word for word, _ in split.pre_tokenize_str(f"a{character}b")]
    if words == ["a", "b"]:
        bits |= WHITE
    elif words == ["a", character, "b"]:
        bits |= PUNCTUATION
    if ideographs.normalize_str(character) != character:
        bits |= IDEOGRAPH
    without = strip.normalize_str(character)
    if without != character:
        bits |= STRIPPED
        if scalar not in HANGUL:
            stripped[scalar] = [ord(other) for other in without]
        whole = decompose.normalize_str(character)
        if without == "" and any(is_starter(part) for part in whole):
            bits |= BARRIER
    elif unicodedata.combining(character) and not is_starter(character):
        bits |= ORDERED
        orders[scalar] = [unicodedata.combining(character)]
    small = lower.normalize_str(character)
    if small != character:
        bits |= LOWERED
        lowered[scalar] = [ord(other) for other in small]
    return bits


def rows(numbers, form):
    texts = [form % number for number in numbers]
    lines, line = [], "   "
    for text in texts:
        if len(line) + len(text) + 2 > 118:
            lines.append(line)
            line = "   "
        line += f" {text},"
    return "\n".join([*lines, line])


def mapping(name, table):
    keys = sorted(table)
    values, places = [], []
    for key in keys:
        places.append(len(values) << 2 | len(table[key]))
        values += table[key]
    print(f"const roost_scalar_map roost_{name} = {{")
    print(f"    {len(keys)},")
    print(f"    (const uint32_t[]){{\n{rows(keys, '0x%X')}\n    }},")
    print(f"    (const uint16_t[]){{\n{rows(places, '%d')}\n    }},")
    print(f"    (const uint32_t[]){{\n{rows(values, '0x%X')}\n    }},")
    print("};\n")


def main():
    stripped, lowered, orders = {}, {}, {}
    pages, page_of = [], []
    for page in range(0x1100):
        scalars = range(page << 8, (page + 1) << 8)
        # Surrogates are no scalars.
        content = tuple(
            0 if 0xD800 <= scalar < 0xE000 else class_of(scalar, stripped, lowered, orders) for scalar in scalars
        )
        if content not in pages:
            pages.append(content)
        page_of.append(pages.index(content))
    assert len(pages) <= 256 and max(map(len, stripped.values())) <= 3
    print(f"// Made by Scripts/unicode-tables.py with tokenizers {tokenizers.__version__}. Do not edit.")
    print('#include "include/unicode.h"\n')
    print(f"const uint8_t roost_scalar_page[0x1100] = {{\n{rows(page_of, '%d')}\n}};\n")
    print("const uint8_t roost_scalar_classes[][256] = {")
    for content in pages:
        print(f"    {{\n{rows(content, '%d')}\n    }},")
    print("};\n")
    mapping("stripped", stripped)
    mapping("lowered", lowered)
    mapping("orders", orders)


main()

"""Texts that a tokenizer may get wrong: at least a thousand, the same on every run."""

import random
import unicodedata

WORDS = (
    "memory agent server write the a of recall embedding tokenization unbelievable antidisestablishmentarianism"
    " naïve café résumé coöperate Straße ÅNGSTRÖM İstanbul ıspanak ΣΊΣΥΦΟΣ ὈΔΥΣΣΕΎΣ Привет ЁЛКА Ґанок שָׁלוֹם مَرْحَبًا"
    " नमस्ते ไทยแลนด์ 한국어 각각 日本語 ひらがな カタカナ ｶﾞﾊﾟ 中文字符 漢字かな交じり文 Việt-Nam łódź Đặng"
    " ﬁﬂ ﬀ Ǆ ǅ ½ ² ℃ K Å ΐ ẞ ŉ Ǿ ḍ̇ q̣̇ e\u0301 o\u0308\u0323 A\u030a x\u034f\u0301 \u1100\u1161\u11a8"
).split()

PIECES = [
    "",
    " ",
    "\n",
    "\t \r\n",
    "\0",
    "a\0b",
    "\u0000\u0001\u0002",
    "\x0b\x0c\x1c\x1d\x1e\x1f\x85",
    "a\x0bb\x0cc\x85d",
    "\u00ad\u200b\u200c\u200d\u2060\ufeff",
    "zero\u200bwidth\u200djoin\ufeffer",
    "\ufffd\ufffe\uffff",
    "replacement\ufffdhere",
    "\ue000private\uf8ff",
    "\U000f0000plane15\U0010ffff",
    "\u2028line\u2029paragraph",
    "\u00a0\u1680\u2000\u2003\u2009\u200a\u202f\u205f\u3000x",
    "\u202eright to left\u202c \u2066isolate\u2069 \u200f\u200e",
    "👩‍👩‍👧‍👦 family",
    "🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "👍🏽👍🏿 ok 1️⃣2️⃣",
    "[SEP]",
    "[CLS] and [MASK] and [PAD] and [UNK]",
    "[SEP][SEP]",
    "x[MASK]y",
    "[sep] [Sep] [ SEP ] [SEP",
    "[[MASK]]",
    "\u200b[MASK]\u200b",
    "e[MASK]\u0301",
    "ignore previous [SEP] instructions [CLS]",
    "##ing ##a ## # #a",
    "don't can't it's we've rock'n'roll",
    "a.b.c...d!!??!?;:,",
    "—–‒―‐‑…‹›«»„“”‘’‚",
    "¡¿§¶·†‡•※⁂",
    "$100 €50 £20 ¥10 ₿1 ¢ +1 -1 <=> a|b ~x ^y `z` = \\",
    "foo_bar fooBar foo-bar foo.bar() foo::bar<T> #[derive] @user /usr/local/bin C:\\temp",
    "https://example.com/a?b=c&d=e#f%20g user@example.com",
    "3.14159 1,000,000 1e-9 0xDEADBEEF 2026-11-21T15:39:42Z",
    "\u0301\u0302 leading marks",
    "a\u0301\u0301\u0301\u0301\u0301" * 3,
    "Z\u0351\u036b\u0343A\u0334\u0321L\u0355G\u0338O\u0325",
    "\u302e\u302f 방\u302e\u302f\u0301점\u302f\u302e",
    "\u1b44\u1baa\u302e x\u1d165\u1d166\u1d16d",
    "\u08e4\u0301\u08d4\u0334 \U0001e000\U0001e94a\U0001e944",
    "\u0f73\u0f75\u0f81 \u0344 \u2126 \u212a \u212b",
    "\uf900\uf901\ufa10\U0002f800\U0002fa1d",
    "\u3400\u4dbf\u4e00\u9fff\U00020000\U0002a6df\U0002b740\U0002b820",
    "\u3005\u3006\u3007〱〆ヶ",
    "ab中cd文ef",
    "\uac00\ud7a3\u1100\u1161\u11a8\ua960\ud7b0",
    "\u0e33\u0eb3 \u0dda \u0b94",
    "x" * 99,
    "x" * 100,
    "x" * 101,
    "é" * 100,
    "é" * 101,
    "e\u0301" * 100 + " " + "e\u0301" * 101,
    "\uac01" * 33 + " " + "\uac01" * 34,
    "中" * 130,
    "ab" * 60 + " short " + "\U00010400" * 101,
    "a" * 250 + "[SEP]" + "b" * 250,
    "word " * 40,
    "." * 150,
]


def scalars(generator):
    """One scalar of a block chosen at random."""
    low, high = generator.choice(
        [
            (0x00, 0x7F), (0x20, 0x7E), (0x80, 0x24F), (0x250, 0x36F), (0x300, 0x36F), (0x370, 0x52F), (0x531, 0x6FF),
            (0x700, 0x8FF), (0x900, 0xDFF), (0xE00, 0x1100), (0x1100, 0x11FF), (0x1200, 0x1DFF), (0x1DC0, 0x1DFF),
            (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x2C00, 0x2FFF), (0x3000, 0x33FF),
            (0x3400, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7FF), (0xE000, 0xF8FF), (0xF900, 0xFAFF),
            (0xFB00, 0xFFFF), (0x10000, 0x11FFF), (0x12000, 0x1D0FF), (0x1D100, 0x1D7FF), (0x1E000, 0x1E95F),
            (0x1F000, 0x1FAFF), (0x20000, 0x2FA1F), (0xE0000, 0x10FFFF),
        ]
    )  # fmt: skip
    while 0xD800 <= (scalar := generator.randint(low, high)) < 0xE000:
        pass
    return chr(scalar)


MARKS = (
    "\u0300\u0301\u0323\u0327\u0334\u0345\u034f\u08d4\u1b44\u1baa\u1dfb\u302e\u302f\ua953\U0001134d\U00011442\U00011446"
    "\U0001d165\U0001d16d\U0001e000\U0001e02a\U0001e944\U0001e94a\u0900\u0941\u200d\0\u0f71\u0f72\u0f80\u05b0\u0651"
)


def texts():
    generator = random.Random(20261121)
    yield from PIECES
    yield from WORDS
    for word in WORDS:
        yield word.upper() + " " + word.lower() + unicodedata.normalize("NFD", word)
    for _ in range(400):
        yield "".join(scalars(generator) for _ in range(generator.randint(1, 24)))
    for _ in range(150):
        yield "".join(generator.choice("ae한x") + "".join(generator.choices(MARKS, k=4)) for _ in range(4))
    for _ in range(350):
        parts = generator.choices(WORDS + PIECES[:50], k=generator.randint(2, 8))
        yield generator.choice([" ", "", ".", "\u3000", "\n"]).join(parts)
    for _ in range(120):
        letters = "".join(generator.choices("aeiounrstlé'-.#[]", k=generator.randint(1, 40)))
        yield letters


if __name__ == "__main__":
    print(len(list(texts())))

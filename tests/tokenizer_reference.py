#!/usr/bin/env python3
"""Expected token ids for the WordPiece test, from the model's own tokenizer.

usage: tokenizer_reference.py TOKENIZER_JSON OUT.jsonl

Needs PyPI `tokenizers` (0.23.3 made the committed file). Makes 12,000 lines in 24 scripts from a
seed, cuts them with TOKENIZER_JSON and writes OUT.jsonl: first one object with the SHA-256 of all
lines and of all ids, then every 40th line as {"line", "ids"}. wordpiece_tokenizer_test.cpp makes the
same lines from the same seed (make_line) and compares the hashes, and, to show where they part, the
ids of the lines that are listed.
"""
import hashlib
import json
import sys

from tokenizers import Tokenizer

MASK = (1 << 64) - 1
LINES = 12_000
SEED = 20_261_126

SCRIPTS = [
    [(0x61, 0x7A), (0x41, 0x5A)],  # Latin
    [(0xC0, 0x24F), (0x1E00, 0x1EFF)],  # Latin with accents
    [(0x370, 0x3FF), (0x1F00, 0x1FFF)],  # Greek
    [(0x400, 0x52F)],  # Cyrillic
    [(0x531, 0x58F)],  # Armenian
    [(0x590, 0x5FF)],  # Hebrew
    [(0x600, 0x6FF)],  # Arabic
    [(0x900, 0x97F)],  # Devanagari
    [(0x980, 0x9FF)],  # Bengali
    [(0xA00, 0xA7F)],  # Gurmukhi
    [(0xB80, 0xBFF)],  # Tamil
    [(0xC00, 0xC7F)],  # Telugu
    [(0xE00, 0xE7F)],  # Thai
    [(0xF00, 0xFFF)],  # Tibetan
    [(0x1000, 0x109F)],  # Myanmar
    [(0x10A0, 0x10FF)],  # Georgian
    [(0x1200, 0x137F)],  # Ethiopic
    [(0x1780, 0x17FF)],  # Khmer
    [(0x3041, 0x30FF)],  # Hiragana and Katakana
    [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF)],  # Han
    [(0xAC00, 0xD7A3), (0x1100, 0x11FF)],  # Hangul
    [(0x13A0, 0x13FF)],  # Cherokee
    [(0x2000, 0x22FF), (0x2500, 0x27BF)],  # Punctuation and symbols
    [(0x1F300, 0x1F6FF), (0xFE00, 0xFE0F), (0x200B, 0x200F)],  # Emoji and joiners
]
WORDS = ["gift", "Lantern", "CANDLES", "unwrapping", "tea-lights", "30", "don't", "e.g.", "x\u00e9",
         "ANTIDISESTABLISHMENT", "\u00a312.50", "a_b", "http://shop.example/x?y=1", "#hearts"]
GAPS = [" ", " ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u2003", "", "-", "\u2014", ", "]
ODD = ["\u0000", "\ufffd", "\ue000", "\u00ad", "\u0085", "\u2028", "\u0130", "\u03a3", "\u1e9e",
       "\ufb01", "\u00bd", "\u2460", "\U0001f469\u200d\U0001f680", "$", "`", "~", "\u007f"]


class Random:
    """SplitMix64, as src/base/random.h."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return (self.next() * bound) >> 64


def make_line(number, random):
    ranges = SCRIPTS[number % len(SCRIPTS)]
    line = ""
    for _ in range(1 + random.below(12)):
        if random.below(6) == 0:
            line += WORDS[random.below(len(WORDS))]
        else:
            length = 120 if random.below(500) == 0 else 1 + random.below(9)
            for _ in range(length):
                low, high = ranges[random.below(len(ranges))]
                line += chr(low + random.below(high - low + 1))
                if random.below(12) == 0:
                    line += chr(0x300 + random.below(0x70))
        if random.below(15) == 0:
            line += ODD[random.below(len(ODD))]
        if random.below(10) == 0:
            line += chr(0x21 + random.below(15))
        line += GAPS[random.below(len(GAPS))]
    return line


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    random = Random(SEED)
    lines_hash, ids_hash, listed = hashlib.sha256(), hashlib.sha256(), []
    for number in range(LINES):
        line = make_line(number, random)
        ids = tokenizer.encode(line).ids
        lines_hash.update((line + "\n").encode())
        ids_hash.update((" ".join(map(str, ids)) + "\n").encode())
        if number % 40 == 0:
            listed.append({"line": number, "ids": ids})
    with open(sys.argv[2], "w", encoding="ascii") as out:
        head = {"lines": LINES, "lines_sha256": lines_hash.hexdigest(),
                "ids_sha256": ids_hash.hexdigest()}
        for entry in [head] + listed:
            out.write(json.dumps(entry, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

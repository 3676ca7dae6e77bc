#!/usr/bin/env python3
"""Expected MiniLM vectors for the embedder test: the published weights, in double precision with numpy.

usage: minilm_reference.py MODEL_DIR OUT.jsonl

Needs PyPI `numpy safetensors tokenizers`. MODEL_DIR holds model.safetensors and tokenizer.json as
published. A plain forward pass of BERT (Devlin et al., NAACL 2019: post-norm blocks, erf GELU), mean
pooling over the tokens and L2 normalisation (Reimers & Gurevych, EMNLP 2019). Writes {"text",
"vector"} a line, numbers to 7 digits.
"""
import json
import math
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "gift",
    "Free delivery on orders over £30.",
    "win back lapsed customers",
    "Frequent big spenders, bought in the last 3 weeks",
    "Zurückgeben können Sie alles innerhalb von 30 Tagen.",
    "हिन्दी 한국어 漢字 العربية ไทย",
    "",
    "Hanging hearts are cut from tin by hand. " * 60,  # Cut at 256 tokens.
]
HEADS = 12
TOKENS_MAX = 256
erf = np.vectorize(math.erf)


def norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    spread = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12)
    return (x - mean) / spread * weights[name + ".weight"] + weights[name + ".bias"]


def linear(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def attend(x, weights, name):
    size = x.shape[1] // HEADS
    parts = [linear(x, weights, f"{name}.self.{part}") for part in ("query", "key", "value")]
    query, key, value = [p.reshape(-1, HEADS, size).transpose(1, 0, 2) for p in parts]
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(size)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ value
    out = linear(mixed.transpose(1, 0, 2).reshape(x.shape), weights, name + ".output.dense")
    return norm(x + out, weights, name + ".output.LayerNorm")


def embed(ids, weights):
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, weights, "embeddings.LayerNorm")
    blocks = sum(key.endswith("attention.self.query.weight") for key in weights)
    for block in range(blocks):
        name = f"encoder.layer.{block}"
        x = attend(x, weights, name + ".attention")
        inner = linear(x, weights, name + ".intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + linear(inner, weights, name + ".output.dense"), weights, name + ".output.LayerNorm")
    pooled = x.mean(0)
    return pooled / np.linalg.norm(pooled)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    weights = {k: v.astype(np.float64) for k, v in load_file(sys.argv[1] + "/model.safetensors").items()
               if v.dtype.kind == "f"}
    tokenizer = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS_MAX)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for text in TEXTS:
            vector = [float(f"{x:.7g}") for x in embed(tokenizer.encode(text).ids, weights)]
            out.write(json.dumps({"text": text, "vector": vector}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

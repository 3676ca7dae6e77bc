#!/usr/bin/env python3
"""Convert the all-MiniLM-L6-v2 weights (safetensors + tokenizer.json) to an f16 GGUF for llama.cpp.

usage: minilm_to_gguf.py MODEL_DIR OUT.gguf

Writes architecture `bert` with mean pooling; the pooler layer is left out because sentence
embeddings do not use it. The vocabulary is stored in llama.cpp's "phantom space" form: a piece that
starts a word carries U+2581, a continuation (## in the source) carries nothing.
"""
import json
import sys

import gguf
import numpy as np
from safetensors import safe_open

SKIPPED = ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias")
KEPT_F32 = ("position_embd", "token_types")


def add_settings(writer, config):
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_license("apache-2.0")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(1)  # mostly f16
    writer.add_token_type_count(config["type_vocab_size"])


def add_vocabulary(writer, tokenizer):
    vocabulary = tokenizer["model"]["vocab"]
    special = {token["id"] for token in tokenizer["added_tokens"] if token["special"]}
    pieces, types = [], []
    for piece, number in sorted(vocabulary.items(), key=lambda entry: entry[1]):
        if number != len(pieces):
            sys.exit(f"vocabulary ids are not consecutive at {number}")
        if number in special:
            pieces.append(piece)
            types.append(gguf.TokenType.CONTROL)
        else:
            pieces.append(piece[2:] if piece.startswith("##") else "\u2581" + piece)
            types.append(gguf.TokenType.NORMAL)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("bert-bge")
    writer.add_token_list(pieces)
    writer.add_token_types(types)
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_eos_token_id(vocabulary["[SEP]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])
    writer.add_add_bos_token(True)
    writer.add_add_sep_token(True)
    writer.add_add_eos_token(False)


def add_weights(writer, path, block_count):
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, block_count)
    with safe_open(path, "np") as weights:
        for key in weights.keys():
            if key in SKIPPED:
                continue
            name = names.get_name(key, try_suffixes=(".weight", ".bias"))
            if name is None:
                sys.exit(f"no GGUF name for tensor {key}")
            tensor = weights.get_tensor(key).astype(np.float32)
            if tensor.ndim == 2 and not name.startswith(KEPT_F32):
                tensor = tensor.astype(np.float16)
            writer.add_tensor(name, tensor)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, out = sys.argv[1:]
    with open(folder + "/config.json", encoding="utf-8") as file:
        config = json.load(file)
    with open(folder + "/tokenizer.json", encoding="utf-8") as file:
        tokenizer = json.load(file)
    writer = gguf.GGUFWriter(out, "bert")
    add_settings(writer, config)
    add_vocabulary(writer, tokenizer)
    add_weights(writer, folder + "/model.safetensors", config["num_hidden_layers"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()

#pragma once

#include <string>
#include <vector>

struct llama_vocab;

namespace cpo {

/// The vocabulary of a BERT model file in BERT's own spelling, by id: "##ing" goes on, "the" starts
/// a word, special ones stand as they are. Undoes llama.cpp's form, where a piece that starts a
/// word carries U+2581 and one that goes on carries nothing.
std::vector<std::string> bert_pieces_of(const llama_vocab* vocabulary);

/// llama.cpp, initialised once and without its pages of log on standard error. Thread-safe.
void prepare_llama();

}  // namespace cpo

#include "backends/embedder/vocabulary.h"

#include <fmt/format.h>
#include <llama.h>

#include <mutex>
#include <string_view>

namespace cpo {

void prepare_llama() {
    static std::once_flag once;
    std::call_once(once, [] {
        llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
        llama_backend_init();
    });
}

std::vector<std::string> bert_pieces_of(const llama_vocab* vocabulary) {
    constexpr std::string_view kWordStart = "\xE2\x96\x81";
    std::vector<std::string> pieces;
    const int count = llama_vocab_n_tokens(vocabulary);
    pieces.reserve(static_cast<std::size_t>(count));
    for (int id = 0; id < count; ++id) {
        const std::string_view text = llama_vocab_get_text(vocabulary, id);
        if (text.starts_with(kWordStart))
            pieces.emplace_back(text.substr(kWordStart.size()));
        else if (llama_vocab_is_control(vocabulary, id) || text == "[UNK]")
            pieces.emplace_back(text);
        else
            pieces.push_back(fmt::format("##{}", text));
    }
    return pieces;
}

}  // namespace cpo

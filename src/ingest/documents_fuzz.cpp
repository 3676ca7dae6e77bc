#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ingest/documents.h"

/// The first byte chooses the format, the rest is the file. Whatever the file holds, reading it
/// ends with documents that keep the promises of the header, or with a message that names the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr const char* kNames[] = {"fuzz.md", "fuzz.jsonl", "fuzz.txt"};
    const std::string name = kNames[data[0] % 3];
    const std::string content(data + 1, data + size);
    const cpo::Date as_of{std::chrono::days(20'000)};
    const auto file = cpo::ingest::read_documents(content, name, as_of);
    if (!file) {
        if (file.error().message.find(name) == std::string::npos) std::abort();
        return 0;
    }
    for (const cpo::Document& document : file->documents) {
        if (document.id.empty() || (document.text.empty() && document.title.empty())) std::abort();
        if ((document.type == cpo::DocumentType::kOffer) != document.offer.has_value())
            std::abort();
        if (document.is_approval_waived && !document.approved_by.empty()) std::abort();
    }
    return 0;
}

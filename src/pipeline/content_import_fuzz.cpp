#include <chrono>
#include <cstddef>
#include <cstdint>

#include "model/document_content.h"
#include "pipeline/content_import.h"

/// Every document that is read can be stored, and read back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto read = cpo::pipeline::read_document_file(
        {.bytes = {reinterpret_cast<const char*>(data) + 1, size - 1},
         .is_markdown = (data[0] & 1U) != 0,
         .name = (data[0] & 2U) != 0 ? "service/returns.md" : "",
         .as_of = cpo::Date(std::chrono::days(20'000))});
    if (!read) return 0;
    for (const cpo::Document& document : read->documents) {
        const auto json = cpo::content_json(document);
        const auto again = cpo::read_content_json(json);
        if (!again || !cpo::check_content(*again) ||
            cpo::write_json(cpo::content_json(*again)) != cpo::write_json(json))
            __builtin_trap();
    }
    return 0;
}

#include <cstdint>
#include <cstdlib>
#include <string>

#include "agents/safety/safety.h"
#include "base/utf8.h"
#include "text/utf8.h"

// Any bytes as subject (up to the first NUL) and text: no crash, no pass for invalid UTF-8, spans
// inside the field, scores in 0 ... 1, masked text valid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto instance = *cpo::safety::SafetyAgent::make();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = std::min(bytes.find('\0'), bytes.size());
    cpo::safety::ScreeningRequest request;
    request.message.subject = bytes.substr(0, cut);
    request.message.text = bytes.substr(std::min(cut + 1, bytes.size()));
    request.message.channel = static_cast<cpo::Channel>(size % 4);
    const auto verdict = instance->screen(request, cpo::Deadline::never()).verdict;
    const bool is_valid =
        cpo::is_utf8(request.message.subject) && cpo::is_utf8(request.message.text);
    if (!is_valid) {
        if (verdict.decision != cpo::Decision::kBlock) std::abort();
        return 0;
    }
    for (const cpo::Issue& issue : verdict.issues) {
        const std::string& field = issue.field == cpo::MessageField::kSubject
                                       ? request.message.subject
                                       : request.message.text;
        if (issue.start > issue.end || issue.end > cpo::text::code_point_count(field)) std::abort();
    }
    for (const auto& [category, score] : verdict.scores)
        if (!(score >= 0 && score <= 1)) std::abort();
    if (!cpo::is_utf8(verdict.masked_text)) std::abort();
    return 0;
}

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agents/generation/llm_writer.h"
#include "text/utf8.h"

namespace {

using namespace cpo;  // NOLINT(google-build-using-namespace): one small program

/// A library with one offer and one legal line, and the draft that a model is to reword.
struct Ground {
    Ground() {
        Document offer;
        offer.id = "comeback";
        offer.type = DocumentType::kOffer;
        offer.text = "15% off candles with code COMEBACK15 until 20 December 2011.";
        offer.offer.emplace();
        offer.offer->percent = 15;
        offer.offer->code = "COMEBACK15";
        Document legal;
        legal.id = "opt-out";
        legal.type = DocumentType::kLegal;
        legal.text = "Reply STOP to opt out.";
        library.documents = {offer, legal};
        for (const Document& document : library.documents)
            library.passages.push_back({document.id, 1, document.text, 0, document.text.size()});
        context.hits.resize(1);
        context.hits[0].document = "comeback";
        context.hits[0].text = offer.text;
        campaign.as_of = *parse_date("2011-12-09");
        composed.message.subject = "We miss you";
        composed.message.text = "Take 15% off candles. Reply STOP to opt out.";
    }
    Library library;
    Context context;
    Campaign campaign;
    Segment segment;
    Variant composed;
};

}  // namespace

/// Input: the reply of a language model.
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Ground ground;
    static const claims::FactBook facts(ground.library, "en", ground.campaign.as_of);
    const generation::GenerationRequest request{
        ground.campaign, ground.segment, ground.context, ground.library, facts};
    const auto variant = generation::read_llm_reply(
        {reinterpret_cast<const char*>(data), size}, request, ground.composed);
    if (!variant) return 0;
    // What is let through names a known document for every claim, inside the text.
    for (const Claim& claim : variant->claims) {
        const auto& text = claim.field == MessageField::kSubject ? variant->message.subject
                                                                 : variant->message.text;
        if (claim.document.empty() || claim.end > text::code_point_count(text)) __builtin_trap();
    }
    return 0;
}

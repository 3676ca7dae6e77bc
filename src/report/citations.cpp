#include "report/citations.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/utf8.h"

namespace cpo::report {
namespace {

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

Citations::Citations(const std::vector<Variant>& variants) {
    for (const Variant& variant : variants) {
        for (const Claim& claim : variant.claims) {
            if (claim.document.empty()) continue;
            if (number_of(claim) == 0) list_.push_back({claim.document, claim.passage, {}, {}});
            Citation& citation = list_[number_of(claim) - 1];
            const std::string& field = claim.field == MessageField::kSubject
                                           ? variant.message.subject
                                           : variant.message.text;
            if (is_utf8(field))
                add_once(citation.claim_texts,
                         std::string(text::slice_code_points(field, claim.start, claim.end)));
            add_once(citation.variants, variant.id);
        }
    }
}

std::size_t Citations::number_of(const Claim& claim) const {
    for (std::size_t i = 0; i < list_.size(); ++i)
        if (list_[i].document == claim.document && list_[i].passage == claim.passage) return i + 1;
    return 0;
}

}  // namespace cpo::report

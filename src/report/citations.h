#pragma once

#include <string>
#include <vector>

#include "model/run.h"

namespace cpo::report {

/// A passage that at least one variant of the run rests on.
struct Citation {
    std::string document;
    int passage = 0;                       ///< 0 = the document's structured offer or facts.
    std::vector<std::string> claim_texts;  ///< As written in the messages, each once.
    std::vector<std::string> variants;     ///< Ids, in order, each once.
};

/// The cited passages of a run, numbered from 1 in the order in which a reader meets them.
class Citations {
public:
    explicit Citations(const std::vector<Variant>& variants);
    /// Number of a cited passage; 0 when the claim rests on nothing.
    std::size_t number_of(const Claim& claim) const;
    const std::vector<Citation>& list() const { return list_; }

private:
    std::vector<Citation> list_;
};

}  // namespace cpo::report

#pragma once

#include <string>
#include <vector>

#include "agents/generation/content_choice.h"
#include "agents/generation/generation.h"
#include "agents/generation/strategy.h"

namespace cpo::generation {

/// One variant to write.
struct Brief {
    std::string strategy;  ///< name_of(Strategy), or "control".
    double strategy_fit = 0;
    std::size_t position = 0;  ///< Among the variants of the segment, from 0.
};

/// Writes the variants of one segment from the phrase bank, approved sentences and structured
/// offers. Every sentence is checked by itself and the message as a whole: what has a claim that no
/// cited document states is left out, never shipped. No two variants of one composer share a
/// subject. Deterministic. Holds references: the request and the ingredients must outlive it.
class Composer {
public:
    Composer(const GenerationRequest& request, const Ingredients& ingredients);

    /// Errors: kFailedPrecondition when nothing that may be said is left.
    Result<Variant> compose(const Brief& brief);

private:
    const GenerationRequest& request_;
    const Ingredients& ingredients_;
    std::vector<std::string> subjects_;  ///< Already taken.
};

/// Finds the claims of both fields and looks each up in `cited`. The claims come with an empty
/// document where nothing supports them.
std::vector<Claim> claims_of(const Message& message,
                             const claims::FactBook& facts,
                             const std::vector<std::string>& cited);

}  // namespace cpo::generation

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/llm/llm.h"
#include "base/deadline.h"
#include "base/result.h"
#include "claims/claims.h"
#include "model/context.h"
#include "model/run.h"

namespace cpo::generation {

/// Who the sender is; from the library's legal and style documents (docs/content.md).
struct GenerationRequest {
    const Campaign& campaign;
    const Segment& segment;
    const Context& context;
    const Library& library;
    const claims::FactBook& facts;
};

/// Context -> variants. Thread-safe; keeps no state beyond its templates.
class GenerationAgent {
public:
    /// `llm` may be null: then the composer (templates and phrase banks) writes everything. Must
    /// outlive the agent.
    explicit GenerationAgent(Llm* llm) : llm_(llm) {}

    /// Writes campaign.variants personalised variants that differ by strategy, then one plain
    /// control variant (is_control, same goal, no segment wording). Every claim carries the passage
    /// it rests on; nothing is stated that approved content does not state. A failing or
    /// rule-breaking LLM falls back to the composer, with Variant::writer telling. The same request
    /// gives the same variants (composer). Errors: kFailedPrecondition when the library has nothing
    /// to say (no usable fact or offer), with what is missing.
    Result<std::vector<Variant>> generate(const GenerationRequest& request,
                                          Deadline deadline) const;

    /// A sentence for people when a model was asked and the composer had to write some of them; a
    /// control message is always the composer's.
    std::optional<std::string> fallback_notice(const std::vector<Variant>& variants) const;

    std::string writer() const { return llm_ == nullptr ? "composer" : llm_->name(); }

private:
    Llm* llm_;
};

}  // namespace cpo::generation

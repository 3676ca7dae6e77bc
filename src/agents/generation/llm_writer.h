#pragma once

#include <string_view>

#include "agents/generation/generation.h"
#include "backends/llm/llm.h"
#include "base/deadline.h"
#include "base/result.h"
#include "model/variant.h"

namespace cpo::generation {

/// Lets `llm` put `composed` into better words. The prompt (config/prompts/write_variant.md)
/// carries the draft, the passages of the context and the facts of their documents as JSON data,
/// never as instructions. What comes back counts only when every claim that claims/ finds in it
/// lies inside a quote of the reply, and a document cited for that quote states the same value. The
/// result keeps id, segment, strategy, tone, channel, language and confidence of `composed` (it
/// rests on the same content); subject, text and claims are new, `writer` is the model's name.
/// REQUIRES: !composed.is_control. Thread-safe.
/// Errors: those of Llm::chat; kFailedPrecondition when the reply breaks a rule, naming which
/// (unsupported claim, unknown source, legal line gone, too long, not the JSON asked for).
Result<Variant> write_with_llm(Llm& llm,
                               const GenerationRequest& request,
                               const Variant& composed,
                               Deadline deadline);

/// Reads and checks one reply; the part of write_with_llm that needs no model. Same errors.
Result<Variant> read_llm_reply(std::string_view reply,
                               const GenerationRequest& request,
                               const Variant& composed);

}  // namespace cpo::generation

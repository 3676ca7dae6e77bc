#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "claims/claims.h"
#include "model/screened_message.h"

namespace cpo::safety {

struct ScreeningRequest {
    std::string id;
    Message message;
    bool is_channel_checked =
        true;  ///< False: no channel given, required elements are not looked for.
    const claims::FactBook* facts = nullptr;  ///< Approved facts; null: claims cannot be checked.
    std::vector<std::string> cited;  ///< Documents the message cites; claims must resolve to these.
    std::vector<std::string>
        sender_contacts;  ///< The brand's own e-mail addresses, phones, hosts: not personal data.
};

/// Verdict of one message and, only when it passed with its claims checked, the token that may
/// leave.
struct Screening {
    Verdict verdict;
    std::optional<ScreenedMessage> message;
};

/// Checks messages: PII, placeholders, model self-talk, profanity and toxicity, channel
/// requirements, grounding. Immutable after make(); safe from many threads (scratch space per
/// thread).
class SafetyAgent {
public:
    /// Compiles the rule database. Errors: kInternal when a rule does not compile or the self-test
    /// fails (fail closed: no agent, no screening).
    static Result<std::unique_ptr<SafetyAgent>> make();
    ~SafetyAgent();

    /// Never throws, never passes by accident (invariant 2): invalid UTF-8, over-long text, an
    /// unsupported language, an exhausted deadline or an internal failure give kReview or kBlock
    /// with an issue of category "input". About 100 us for 1 KB.
    Screening screen(const ScreeningRequest& request, Deadline deadline) const;

    std::string policy_version() const;

    /// The token of a message that was screened before and stored since (invariant 1): when its
    /// words have the hash that was screened, and the verdict is a pass with its claims checked or
    /// a review that `release` overrides. Errors: kInternal (other words than those screened),
    /// kFailedPrecondition (held).
    static Result<ScreenedMessage> restore(Message message,
                                           Verdict verdict,
                                           std::string_view text_hash,
                                           std::optional<Release> release = {});

private:
    struct Rules;
    explicit SafetyAgent(std::unique_ptr<const Rules> rules);
    std::unique_ptr<const Rules> rules_;
};

}  // namespace cpo::safety

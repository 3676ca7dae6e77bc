#pragma once

#include <optional>
#include <string>
#include <utility>

#include "model/verdict.h"

namespace cpo {

namespace safety {
class SafetyAgent;
}

/// Who let a message go out over a verdict of review, and why. Both are needed.
struct Release {
    std::string reviewer;
    std::string reason;
};

/// Invariant 1: a message that passed screening, or that a reviewer released over a verdict of
/// review, bound to its verdict and to the hash of the exact text. Only the safety agent can
/// construct one; there is no way to change it afterwards, so an edited text has to be screened
/// again. Everything that can leave the product takes this type, never a Message.
class ScreenedMessage {
public:
    const Message& message() const { return message_; }
    const Verdict& verdict() const { return verdict_; }
    const std::string& text_hash() const { return text_hash_; }
    /// Only over a verdict of review.
    const std::optional<Release>& release() const { return release_; }
    /// True while the words are exactly the screened ones and the verdict is a pass, or a review
    /// that was released. A blocked message never is.
    bool is_intact() const {
        return hash_of(message_) == text_hash_ &&
               (verdict_.decision == Decision::kPass ||
                (verdict_.decision == Decision::kReview && is_released()));
    }

private:
    friend class safety::SafetyAgent;
    ScreenedMessage(Message message, Verdict verdict, std::optional<Release> release = {})
        : message_(std::move(message)),
          verdict_(std::move(verdict)),
          release_(std::move(release)),
          text_hash_(hash_of(message_)) {}
    bool is_released() const {
        return release_ && !release_->reviewer.empty() && !release_->reason.empty();
    }

    Message message_;
    Verdict verdict_;
    std::optional<Release> release_;
    std::string text_hash_;
};

}  // namespace cpo

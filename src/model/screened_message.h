#pragma once

#include <utility>

#include "model/verdict.h"

namespace cpo {

namespace safety {
class SafetyAgent;
}

/// Invariant 1: a message that passed screening, bound to its verdict and to the hash of the exact
/// text. Only the safety agent can construct one; there is no way to change it afterwards, so an
/// edited text has to be screened again. Everything that can leave the product takes this type,
/// never a Message.
class ScreenedMessage {
public:
    const Message& message() const { return message_; }
    const Verdict& verdict() const { return verdict_; }
    const std::string& text_hash() const { return text_hash_; }
    /// True while the words are exactly the screened ones and the verdict is a pass.
    bool is_intact() const {
        return verdict_.decision == Decision::kPass && hash_of(message_) == text_hash_;
    }

private:
    friend class safety::SafetyAgent;
    ScreenedMessage(Message message, Verdict verdict)
        : message_(std::move(message)),
          verdict_(std::move(verdict)),
          text_hash_(hash_of(message_)) {}

    Message message_;
    Verdict verdict_;
    std::string text_hash_;
};

}  // namespace cpo

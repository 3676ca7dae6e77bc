#pragma once

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agents/safety/safety.h"
#include "base/deadline.h"
#include "base/result.h"
#include "claims/claims.h"
#include "model/variant.h"
#include "model/verdict.h"
#include "pipeline/content.h"

namespace cpo::pipeline {

/// What a message may rest on: the approved content of a workspace on one day, in one language.
struct Grounds {
    std::shared_ptr<const ContentLibrary> content;
    claims::FactBook facts;
    std::vector<std::string> sender_contacts;

    const Library& library() const { return content->library; }
};

/// Whose content, on which day, for messages in which language.
struct GroundsKey {
    std::string workspace;
    Date as_of{};
    std::string language;
    bool operator==(const GroundsKey&) const = default;
};

/// A text that is no variant.
struct TextToScreen {
    std::string workspace;
    Message message;
    bool is_channel_checked = true;  ///< False: what a channel requires is not looked for.
};

/// Verdicts on messages, with the claims looked up in the workspace's approved content. Fails
/// closed (invariant 2): without rules, content or time there is an error or a verdict that holds,
/// never a pass. Thread-safe.
class Screener {
public:
    using Make = std::function<Result<std::unique_ptr<safety::SafetyAgent>>()>;
    /// Compiles the rules in a thread of its own from now on. `content` must outlive it.
    Screener(Make make, Content& content);

    /// The agent with its rules compiled. Errors: kDeadlineExceeded while they are not yet,
    /// kUnavailable when they did not compile: then nothing can be screened until a restart.
    Result<const safety::SafetyAgent*> agent(Deadline deadline) const;
    bool is_ready() const;

    /// Built when it is first asked for and whenever the content has changed; the last
    /// kGroundsMax are kept. Errors: those of Content.
    Result<std::shared_ptr<const Grounds>> grounds(const GroundsKey& key, Deadline deadline);

    /// With what may be used today. Errors: those of agent() and grounds().
    Result<Verdict> screen(const TextToScreen& text, Deadline deadline);
    /// One verdict a variant, of which each must rest on the documents it cites. Verdict::id is the
    /// variant's. Errors: those of agent().
    Result<std::vector<Verdict>> screen(const std::vector<Variant>& variants,
                                        const Grounds& grounds,
                                        Deadline deadline) const;

private:
    static constexpr std::size_t kGroundsMax = 16;
    struct Kept {
        GroundsKey key;
        std::shared_ptr<const Grounds> grounds;
    };

    Content* content_;
    std::mutex mutex_;
    std::vector<Kept> kept_;  ///< Last used at the end.
    std::shared_future<Result<std::unique_ptr<safety::SafetyAgent>>> agent_;
};

}  // namespace cpo::pipeline

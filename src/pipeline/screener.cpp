#include "pipeline/screener.h"

#include <algorithm>

#include "agents/safety/sender_contacts.h"

namespace cpo::pipeline {
namespace {

constexpr std::chrono::milliseconds kLook{50};  ///< How often a wait looks at its deadline.

}  // namespace

Screener::Screener(Make make, Content& content)
    : content_(&content), agent_(std::async(std::launch::async, std::move(make)).share()) {}

Result<const safety::SafetyAgent*> Screener::agent(Deadline deadline) const {
    while (agent_.wait_for(deadline.remaining(kLook)) != std::future_status::ready)
        if (deadline.has_passed())
            return Error{ErrorCode::kDeadlineExceeded,
                         "the safety rules are still being loaded: try again",
                         {}};
    const auto& made = agent_.get();
    if (made) return made->get();
    return Error{ErrorCode::kUnavailable,
                 "the safety rules could not be loaded, so nothing can be screened; every message "
                 "is held",
                 made.error().message + " " + made.error().detail};
}

bool Screener::is_ready() const {
    return agent_.wait_for(std::chrono::seconds(0)) == std::future_status::ready &&
           agent_.get().has_value();
}

Result<std::shared_ptr<const Grounds>> Screener::grounds(const GroundsKey& key, Deadline deadline) {
    auto content = TRY(content_->library(key.workspace, key.as_of, deadline));
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(
            kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.key == key; });
        if (found != kept_.end() && found->grounds->content == content) {
            std::rotate(found, found + 1, kept_.end());
            return kept_.back().grounds;
        }
        if (found != kept_.end()) kept_.erase(found);
    }
    // Outside the lock: others need not wait. Two that come at once build the same.
    auto contacts = safety::contacts_in(content->library);
    claims::FactBook facts(content->library, key.language, key.as_of);
    auto grounds = std::make_shared<const Grounds>(
        Grounds{std::move(content), std::move(facts), std::move(contacts)});
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const Kept& kept) { return kept.key == key; });
    if (kept_.size() == kGroundsMax) kept_.erase(kept_.begin());
    kept_.push_back({key, grounds});
    return std::shared_ptr<const Grounds>(grounds);
}

Result<Verdict> Screener::screen(const TextToScreen& text, Deadline deadline) {
    const auto* safety = TRY(agent(deadline));
    const auto ground =
        TRY(grounds({text.workspace, content_->today(), text.message.language}, deadline));
    return safety
        ->screen({.id = "",
                  .message = text.message,
                  .is_channel_checked = text.is_channel_checked,
                  .facts = &ground->facts,
                  .cited = {},
                  .sender_contacts = ground->sender_contacts},
                 deadline)
        .verdict;
}

Result<std::vector<Verdict>> Screener::screen(const std::vector<Variant>& variants,
                                              const Grounds& grounds,
                                              Deadline deadline) const {
    const auto* safety = TRY(agent(deadline));
    std::vector<Verdict> verdicts;
    verdicts.reserve(variants.size());
    for (const Variant& variant : variants)
        verdicts.push_back(safety
                               ->screen({.id = variant.id,
                                         .message = variant.message,
                                         .facts = &grounds.facts,
                                         .cited = cited_by(variant),
                                         .sender_contacts = grounds.sender_contacts},
                                        deadline)
                               .verdict);
    return verdicts;
}

}  // namespace cpo::pipeline

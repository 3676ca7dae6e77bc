#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cpo::generation {

/// Ways to say the same thing. The names are those of the phrase bank and of Variant::strategy.
enum class Strategy {
    kInformational,
    kFriendly,
    kUrgent,       ///< Only with an offer that ends within kUrgentDaysMax.
    kSocialProof,  ///< Only with an approved sentence about what customers say or choose.
    kValue,        ///< Only with an offer.
    kAppreciative,
    kHelpful,
    kCuriosity,
    kRecommendation,
    kInspiration,
    kDirect,
};
const char* name_of(Strategy strategy);

inline constexpr int kUrgentDaysMax = 14;  ///< An end further away is no reason to hurry anybody.

/// What there is to say, as far as the choice depends on it.
struct Grounds {
    bool has_offer = false;
    bool ends_soon = false;
    bool has_proof = false;
};

struct StrategyChoice {
    Strategy strategy = Strategy::kInformational;
    double fit = 0;  ///< How well it suits the audience, 0 ... 1: the table in docs/generation.md.
};

/// Audience words in the order in which they shape the wording: the first one a segment fits
/// decides. Empty when it fits none.
std::string primary_trait(const std::vector<std::string>& audience);

/// The `count` best strategies for an audience whose conditions hold, best first. The seed decides
/// between strategies that suit about equally well (within 0.05). Fewer than `count` only when
/// count is over eight.
std::vector<StrategyChoice> choose_strategies(const std::vector<std::string>& audience,
                                              const Grounds& grounds,
                                              std::size_t count,
                                              std::uint64_t seed);

}  // namespace cpo::generation

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/generation/liquid.h"
#include "base/json.h"
#include "model/campaign.h"

namespace cpo::generation {

/// The hand-written phrases (config/templates/phrases.en.json) and the layout of each channel
/// (config/templates/<channel>.liquid), compiled once. Immutable; thread-safe.
class PhraseBank {
public:
    static const PhraseBank& english();

    /// The first phrase of `key` ("opening.lapsed") from number `start` on, round and round, for
    /// which every variable has a value and whose text `accept` takes. Nothing when there is none.
    std::optional<std::string> pick(const std::string& key,
                                    const json::object& variables,
                                    std::size_t start,
                                    const std::function<bool(const std::string&)>& accept) const;

    /// "warm" of "friendly".
    const std::string& tone_of(const std::string& strategy) const;

    const LiquidTemplate& layout(Channel channel) const;

private:
    PhraseBank();
    void add(const std::string& key, const json::value& value);
    std::map<std::string, std::vector<LiquidTemplate>> phrases_;
    std::map<std::string, std::string> tones_;
    std::map<Channel, LiquidTemplate> layouts_;
};

}  // namespace cpo::generation

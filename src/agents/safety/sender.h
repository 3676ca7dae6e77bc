#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agents/safety/rules.h"

namespace cpo::safety {

/// The brand's own contacts: what looks like personal data in them is expected. Built for one
/// request; cheap for the usual handful of contacts.
class Sender {
public:
    /// Contacts as people write them: "hello@shop.example", "+44 20 7946 0000",
    /// "https://shop.example", "shop.example", "Shop Ltd".
    explicit Sender(const std::vector<std::string>& contacts);

    /// Whether the finding is one of these contacts, or an address for roles (hello@, support@)
    /// at one of these hosts.
    bool owns(std::string_view rule, std::string_view value) const;

    /// Whether a URL or host belongs to one of these hosts or a part of it (www., shop.).
    bool owns_host(std::string_view url) const;

    /// Whether any contact stands in `text`, without regard to case.
    bool is_named_in(std::string_view text) const;

private:
    std::vector<std::string> emails_;
    std::vector<std::string> phones_;  ///< Digits.
    std::vector<std::string> hosts_;
    std::vector<std::string> names_;  ///< All contacts, lower case.
};

}  // namespace cpo::safety

#include "agents/safety/sender.h"

#include <algorithm>
#include <array>

#include "agents/safety/validators.h"
#include "base/ascii.h"

namespace cpo::safety {
namespace {

constexpr std::array<std::string_view, 24> kRoles = {
    "hello",    "hi",         "info",      "support", "help",    "service",
    "care",     "sales",      "contact",   "team",    "office",  "mail",
    "news",     "newsletter", "orders",    "shop",    "store",   "noreply",
    "no-reply", "customer",   "customers", "privacy", "billing", "unsubscribe"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t user = url.rfind('@');
    if (user != std::string_view::npos) url.remove_prefix(user + 1);
    url = url.substr(0, url.find(':'));
    std::string host = lower(url);
    if (host.starts_with("www.")) host.erase(0, 4);
    return host;
}

bool ends_with_host(std::string_view host, std::string_view owner) {
    if (host == owner) return true;
    return host.size() > owner.size() && host.ends_with(owner) &&
           host[host.size() - owner.size() - 1] == '.';
}

/// The last nine digits tell numbers apart whether or not the country code is written.
bool is_same_phone(std::string_view a, std::string_view b) {
    constexpr std::size_t kTail = 9;
    if (a.size() < kTail || b.size() < kTail) return a == b;
    return a.substr(a.size() - kTail) == b.substr(b.size() - kTail);
}

}  // namespace

Sender::Sender(const std::vector<std::string>& contacts) {
    for (const std::string& contact : contacts) {
        if (contact.empty()) continue;
        names_.push_back(lower(contact));
        const auto digits = std::count_if(contact.begin(), contact.end(), is_digit);
        const bool has_letter = std::any_of(contact.begin(), contact.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        });
        if (is_email(contact)) {
            emails_.push_back(lower(contact));
        } else if (digits >= 5 && !has_letter) {
            std::string phone;
            std::copy_if(contact.begin(), contact.end(), std::back_inserter(phone), is_digit);
            phones_.push_back(std::move(phone));
        } else if (contact.find(' ') == std::string::npos &&
                   contact.find('.') != std::string::npos) {
            hosts_.push_back(host_of(contact));
        }
    }
}

bool Sender::owns(std::string_view rule, std::string_view value) const {
    if (rule == "pii.email") {
        const std::string email = lower(value);
        if (std::find(emails_.begin(), emails_.end(), email) != emails_.end()) return true;
        const std::size_t at = email.rfind('@');
        if (at == std::string::npos) return false;
        const bool is_role =
            std::find(kRoles.begin(), kRoles.end(), email.substr(0, at)) != kRoles.end();
        return is_role && owns_host(email.substr(at + 1));
    }
    if (rule == "pii.phone") {
        std::string digits;
        std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
        return std::any_of(phones_.begin(), phones_.end(), [&](const std::string& phone) {
            return is_same_phone(phone, digits);
        });
    }
    return false;
}

bool Sender::owns_host(std::string_view url) const {
    const std::string host = host_of(url);
    return std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& owner) {
        return ends_with_host(host, owner);
    });
}

bool Sender::is_named_in(std::string_view text) const {
    const std::string folded = lower(text);
    return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
        return folded.find(name) != std::string::npos;
    });
}

}  // namespace cpo::safety

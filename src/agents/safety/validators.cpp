#include "agents/safety/validators.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace cpo::safety {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string digits_of(std::string_view value) {
    std::string digits;
    std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
    return digits;
}

/// The first `count` digits as a number.
int prefix_of(std::string_view digits, std::size_t count) {
    int prefix = 0;
    for (std::size_t i = 0; i < count && i < digits.size(); ++i)
        prefix = prefix * 10 + (digits[i] - '0');
    return prefix;
}

bool is_between(int value, int low, int high) { return value >= low && value <= high; }

struct IbanCountry {
    std::string_view country;
    int length;
};
// ISO 13616 IBAN registry, and the countries that use the form without being registered.
constexpr std::array<IbanCountry, 104> kIbanCountries = {{
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}, {"DZ", 26}, {"AO", 25}, {"BF", 28}, {"BJ", 28}, {"CF", 27}, {"CG", 27}, {"CI", 28},
    {"CM", 27}, {"CV", 25}, {"IR", 26}, {"MA", 28}, {"MG", 27}, {"ML", 28}, {"MZ", 25}, {"SN", 28},
}};

// Countries whose account number (BBAN) begins with a bank code of four letters.
constexpr std::string_view kLetteredBanks =
    "AZ BG BH GB GI IE IQ JO KW LC LV MT NI NL PK PS QA RO SC SV VG";

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    std::size_t label_start = 0;
    std::size_t labels = 0;
    std::string_view last;
    for (std::size_t i = 0; i <= host.size(); ++i) {
        if (i < host.size() && host[i] != '.') {
            const auto c = static_cast<unsigned char>(host[i]);
            if (!is_letter(host[i]) && !is_digit(host[i]) && c != '-' && c < 0x80) return false;
            continue;
        }
        last = host.substr(label_start, i - label_start);
        if (last.empty() || last.size() > 63 || last.front() == '-' || last.back() == '-')
            return false;
        label_start = i + 1;
        ++labels;
    }
    const bool is_name =
        last.starts_with("xn--") || std::all_of(last.begin(), last.end(), [](char c) {
            return is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
        });
    return labels >= 2 && last.size() >= 2 && is_name;
}

bool is_local_part(std::string_view local) {
    if (local.empty() || local.size() > 64) return false;
    if (local.size() >= 2 && local.front() == '"' && local.back() == '"')
        return local.substr(1, local.size() - 2).find('"') == std::string_view::npos;
    if (local.front() == '.' || local.back() == '.') return false;
    if (local.find("..") != std::string_view::npos) return false;
    constexpr std::string_view kSigns = ".!#$%&'*+/=?^_`{|}~-";
    return std::all_of(local.begin(), local.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
               kSigns.find(c) != std::string_view::npos;
    });
}

}  // namespace

bool has_luhn_checksum(std::string_view value) {
    const std::string digits = digits_of(value);
    int sum = 0;
    bool is_doubled = false;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, is_doubled = !is_doubled) {
        const int digit = *it - '0';
        const int doubled = digit * 2;
        sum += is_doubled ? (doubled > 9 ? doubled - 9 : doubled) : digit;
    }
    return !digits.empty() && sum % 10 == 0;
}

bool has_card_prefix(std::string_view value) {
    const std::string digits = digits_of(value);
    const std::size_t size = digits.size();
    if (size < 12 || size > 19) return false;
    const int two = prefix_of(digits, 2);
    const int three = prefix_of(digits, 3);
    const int four = prefix_of(digits, 4);
    if (digits[0] == '4') return size == 13 || size == 16 || size == 19;
    if (is_between(two, 51, 55) || is_between(four, 2221, 2720)) return size == 16;
    if (two == 34 || two == 37) return size == 15;
    if (four == 6011 || is_between(three, 644, 649) || two == 65) return size >= 16;
    if (is_between(three, 300, 305) || two == 36 || two == 38 || two == 39) return size >= 14;
    if (is_between(four, 3528, 3589)) return size >= 16;
    if (two == 62 || two == 81) return size >= 16;
    return two == 50 || is_between(two, 56, 69);
}

int iban_length(std::string_view country) {
    if (country.size() < 2) return 0;
    const std::array<char, 2> code{upper(country[0]), upper(country[1])};
    for (const IbanCountry& entry : kIbanCountries)
        if (entry.country == std::string_view(code.data(), 2)) return entry.length;
    return 0;
}

bool is_iban(std::string_view value) {
    std::string compact;
    for (const char c : value) {
        if (c == ' ' || c == '-') continue;
        if (!is_letter(c) && !is_digit(c)) return false;
        compact.push_back(upper(c));
    }
    if (compact.size() < 15 || iban_length(compact) != static_cast<int>(compact.size()))
        return false;
    if (!is_digit(compact[2]) || !is_digit(compact[3])) return false;
    const bool has_lettered_bank =
        kLetteredBanks.find(std::string_view(compact).substr(0, 2)) != std::string_view::npos;
    if (has_lettered_bank && !std::all_of(compact.begin() + 4, compact.begin() + 8, is_letter))
        return false;
    std::rotate(compact.begin(), compact.begin() + 4, compact.end());
    int remainder = 0;
    for (const char c : compact)
        remainder = is_digit(c) ? (remainder * 10 + (c - '0')) % 97
                                : (remainder * 100 + (c - 'A' + 10)) % 97;
    return remainder == 1;
}

bool is_social_security_number(std::string_view value) {
    const std::string digits = digits_of(value);
    if (digits.size() != 9) return false;
    const int area = prefix_of(digits, 3);
    if (area == 0 || area == 666 || area >= 900) return false;
    if (digits.substr(3, 2) == "00" || digits.substr(5) == "0000") return false;
    return digits != "078051120" && digits != "219099999" && digits != "123456789";
}

bool is_ipv4(std::string_view value) {
    int parts = 0;
    for (std::size_t i = 0; i <= value.size(); ++parts) {
        std::size_t end = value.find('.', i);
        if (end == std::string_view::npos) end = value.size();
        const std::string_view part = value.substr(i, end - i);
        if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
        if (!std::all_of(part.begin(), part.end(), is_digit)) return false;
        if (prefix_of(part, 3) > 255) return false;
        i = end + 1;
    }
    return parts == 4;
}

bool is_ipv6(std::string_view value) {
    const std::size_t zone = value.find('%');
    if (zone != std::string_view::npos) {
        const std::string_view name = value.substr(zone + 1);
        if (name.empty() || name.size() > 16 || value.size() < 4) return false;
        if (upper(value[0]) != 'F' || upper(value[1]) != 'E') return false;
        if (!std::all_of(name.begin(), name.end(), [](char c) {
                return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
            }))
            return false;
    }
    const std::string address(value.substr(0, zone));
    if (address.size() > 45) return false;
    std::array<std::uint8_t, 16> bytes{};
    return inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

bool is_private_ipv4(std::string_view value) {
    std::array<int, 4> parts{};
    std::size_t i = 0;
    for (int& part : parts) {
        const std::size_t end = std::min(value.find('.', i), value.size());
        part = prefix_of(value.substr(i, end - i), 3);
        i = end + 1;
    }
    const auto [a, b, c, d] = parts;
    return a == 0 || a == 10 || a == 127 || (a == 172 && is_between(b, 16, 31)) ||
           (a == 192 && b == 168) || (a == 169 && b == 254) || (a == 192 && b == 0 && c == 2) ||
           (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113) || d < 0;
}

bool is_email(std::string_view value) {
    const std::size_t at = value.rfind('@');
    if (at == std::string_view::npos || value.size() > 254) return false;
    return is_local_part(value.substr(0, at)) && is_host_name(value.substr(at + 1));
}

double entropy_of(std::string_view value) {
    if (value.empty()) return 0;
    std::array<int, 256> counts{};
    for (const char c : value) ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const int count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(value.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

}  // namespace cpo::safety

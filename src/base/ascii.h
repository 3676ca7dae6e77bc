#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace cpo {

// Letters and blanks of ASCII, whatever the locale: for names of protocols, not for people's texts.

/// 'A' ... 'Z' in lower case, every other byte as it is.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

inline std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

/// True when they differ at most in case.
inline bool equal_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

/// `text` without the characters of `blanks` at its ends. Refers to the same bytes.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
    const auto start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

}  // namespace cpo

#include "ingest/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cpo::ingest {
namespace {

/// What is compared when case and separators do not matter. Only ASCII letters are folded.
std::string folded(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == ' ' || c == '_' || c == '-' || c == '.') continue;
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return text;
}

/// Insertions, deletions and substitutions that turn one text into the other.
/// Source: Wagner & Fischer, "The String-to-String Correction Problem", JACM 21(1), 1974.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substitution = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitution});
        }
    }
    return row.back();
}

/// The column whose name is closest, when it is close: at most half of the letters differ, or
/// one name holds the other.
std::optional<std::string> nearest(const std::vector<std::string>& header, std::string_view name) {
    constexpr std::size_t kNameBytesMax = 64;  // Longer names are no slips of the keyboard.
    const std::string wanted = folded(name).substr(0, kNameBytesMax);
    std::optional<std::string> best;
    std::size_t best_distance = wanted.size() / 2 + 1;
    for (const std::string& column : header) {
        const std::string candidate = folded(column).substr(0, kNameBytesMax);
        std::size_t distance = edit_distance(wanted, candidate);
        const bool holds = candidate.find(wanted) != std::string::npos ||
                           (candidate.size() > 2 && wanted.find(candidate) != std::string::npos);
        if (holds && wanted.size() > 2) distance = std::min(distance, wanted.size() / 3);
        if (distance >= best_distance) continue;
        best = column;
        best_distance = distance;
    }
    return best;
}

}  // namespace

std::optional<std::size_t> find_column(const std::vector<std::string>& header,
                                       std::string_view name) {
    for (std::size_t i = 0; i < header.size(); ++i)
        if (header[i] == name) return i;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (folded(header[i]) != folded(name)) continue;
        if (found) return std::nullopt;
        found = i;
    }
    return found;
}

std::optional<std::size_t> find_any_column(const std::vector<std::string>& header,
                                           std::span<const std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto column = find_column(header, name)) return column;
    return std::nullopt;
}

Error missing_column(const std::string& file,
                     const std::vector<std::string>& header,
                     std::string_view name) {
    const auto suggestion = nearest(header, name);
    return invalid_argument(
        fmt::format("{} has no column \"{}\"{}; its columns are {}",
                    file,
                    name,
                    suggestion ? fmt::format(" (did you mean \"{}\"?)", *suggestion) : "",
                    listed(header)));
}

std::string listed(const std::vector<std::string>& header) {
    constexpr std::size_t kNamesMax = 50;
    std::string text;
    for (std::size_t i = 0; i < std::min(header.size(), kNamesMax); ++i)
        text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", header[i]);
    if (header.size() > kNamesMax) text += fmt::format(" and {} more", header.size() - kNamesMax);
    return text;
}

}  // namespace cpo::ingest

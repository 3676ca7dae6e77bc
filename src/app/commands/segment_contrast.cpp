#include "app/commands/segment_contrast.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace cpo::app {
namespace {

const Segment& segment_at(const Segmentation& result, int number) {
    return result.segments[static_cast<std::size_t>(number)];
}

std::optional<int> parse_number(std::string_view text) {
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < 0) return {};
    return number;
}

}  // namespace

Result<ContrastPair> parse_contrast(const std::string& text) {
    const std::string_view words = text;
    const auto comma = std::min(words.find(','), words.size());
    const auto first = parse_number(words.substr(0, comma));
    const auto second = parse_number(words.substr(std::min(comma + 1, words.size())));
    if (!first || !second)
        return invalid_argument(
            text + ": expected the numbers of two segments with a comma between, as in 0,1");
    if (*first == *second)
        return invalid_argument(text + ": a segment does not differ from itself, name two");
    return ContrastPair{*first, *second};
}

Result<void> check_contrast(const ContrastPair& pair, const Segmentation& result) {
    const auto segments = static_cast<int>(result.segments.size());
    if (segments < 2)
        return invalid_argument("--contrast compares two segments, and there are not two");
    for (const int number : {pair.first, pair.second})
        if (number >= segments)
            return invalid_argument(fmt::format(
                "--contrast: there is no segment {}; there are 0 to {}", number, segments - 1));
    return {};
}

std::vector<segmentation::FeatureContrast> contrast_of(
    const ContrastPair& pair,
    const Segmentation& result,
    const std::vector<FeatureDefinition>& definitions) {
    return segmentation::contrast(
        segment_at(result, pair.first), segment_at(result, pair.second), definitions);
}

void print_contrast(std::ostream& out,
                    const ContrastPair& pair,
                    const Segmentation& result,
                    const std::vector<segmentation::FeatureContrast>& contrasts) {
    out << fmt::format("What tells segment {} from segment {}:\n", pair.first, pair.second);
    for (const auto& each : contrasts) {
        const int more = each.effect_difference > 0 ? pair.first : pair.second;
        out << fmt::format("  {}  {}: {}\n", more, segment_at(result, more).name, each.sentence);
    }
    if (contrasts.empty()) out << "  Nothing by much.\n";
}

}  // namespace cpo::app

#include "agents/experiments/assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace cpo::experiments {
namespace {

constexpr double kTolerance = 1e-9;

/// FNV-1a, 32 bits (Fowler, Noll & Vo), over UTF-16 code units, as GrowthBook's reference SDK
/// hashes JavaScript strings; for ASCII that is the hash of the bytes.
class Fnv1a {
public:
    void add(std::string_view text) {
        for (std::size_t i = 0; i < text.size();) {
            const auto byte = static_cast<unsigned char>(text[i]);
            if (byte < 0x80) {
                add_unit(byte);
                ++i;
            } else {
                add_encoded(text, i);
            }
        }
    }
    std::uint32_t value() const { return value_; }

private:
    void add_unit(std::uint32_t unit) { value_ = (value_ ^ unit) * 16777619U; }

    /// Decodes the UTF-8 sequence at `i` and moves past it; a byte that starts none counts as
    /// U+FFFD.
    void add_encoded(std::string_view text, std::size_t& i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        static constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
        std::uint32_t point = lead & (0xFFU >> (length + 1));
        bool is_valid = lead >= 0xC2 && lead <= 0xF4 && i + length <= text.size();
        for (std::size_t k = 1; is_valid && k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            is_valid = (next & 0xC0U) == 0x80;
            point = (point << 6U) | (next & 0x3FU);
        }
        is_valid = is_valid && point >= kLeast[length] && point <= 0x10FFFF &&
                   (point < 0xD800 || point > 0xDFFF);
        i += is_valid ? length : 1;
        if (!is_valid) return add_unit(0xFFFD);
        if (point < 0x10000) return add_unit(point);
        add_unit(0xD800 + ((point - 0x10000) >> 10U));
        add_unit(0xDC00 + ((point - 0x10000) & 0x3FFU));
    }

    std::uint32_t value_ = 2166136261U;
};

Error field_error(std::string_view field, const std::string& reason) {
    return invalid_argument(fmt::format("experiment: {}: {}", field, reason));
}

bool is_share(double value) { return value >= 0 && value <= 1; }

Result<void> validate_ranges(const AssignmentConfig& config) {
    if (config.ranges.empty()) return {};
    if (config.ranges.size() != config.arms.size())
        return field_error("ranges",
                           fmt::format("{} ranges for {} arms: one per arm, or none",
                                       config.ranges.size(),
                                       config.arms.size()));
    auto sorted = config.ranges;
    std::sort(sorted.begin(), sorted.end());
    double end = 0;
    for (const auto& [low, high] : sorted) {
        if (!is_share(low) || !(high >= low) || !(high <= 1 + kTolerance))
            return field_error("ranges",
                               fmt::format("[{}, {}) is not a range within 0 ... 1", low, high));
        if (high > low && low < end - kTolerance)
            return field_error(
                "ranges",
                fmt::format("[{}, {}) overlaps the range that ends at {}", low, high, end));
        end = std::max(end, high);
    }
    return {};
}

Result<void> validate_arms(const AssignmentConfig& config) {
    if (config.arms.empty()) return field_error("arms", "at least one arm is needed");
    for (std::size_t i = 0; i < config.arms.size(); ++i) {
        if (config.arms[i].empty())
            return field_error("arms", fmt::format("arm {} has an empty key", i + 1));
        const auto earlier = config.arms.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(config.arms.begin(), earlier, config.arms[i]) != earlier)
            return field_error("arms", fmt::format("the key '{}' is there twice", config.arms[i]));
    }
    if (config.weights.size() != config.arms.size())
        return field_error(
            "weights",
            fmt::format("{} weights for {} arms", config.weights.size(), config.arms.size()));
    double sum = 0;
    for (const double weight : config.weights) {
        if (!is_share(weight))
            return field_error("weights", fmt::format("{} is outside 0 ... 1", weight));
        sum += weight;
    }
    if (!(std::abs(sum - 1) <= kTolerance))
        return field_error("weights", fmt::format("they sum to {}, not to 1", sum));
    return {};
}

bool contains(double low, double high, double bucket) { return bucket >= low && bucket < high; }

/// First arm whose range holds the bucket, or -1. Ranges from weights are not stored: this is the
/// hot path.
int choose_arm(const AssignmentConfig& config, double bucket) {
    if (!config.ranges.empty()) {
        for (std::size_t i = 0; i < config.ranges.size(); ++i)
            if (contains(config.ranges[i].first, config.ranges[i].second, bucket))
                return static_cast<int>(i);
        return -1;
    }
    double start = 0;
    for (std::size_t i = 0; i < config.weights.size(); ++i) {
        if (contains(start, start + config.coverage * config.weights[i], bucket))
            return static_cast<int>(i);
        start += config.weights[i];
    }
    return -1;
}

}  // namespace

double bucket_of(std::string_view seed, std::string_view unit) {
    Fnv1a inner;
    inner.add(seed);
    inner.add(unit);
    std::array<char, 10> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), inner.value()).ptr;
    Fnv1a outer;
    outer.add({digits.data(), static_cast<std::size_t>(end - digits.data())});
    return static_cast<double>(outer.value() % 10000) / 10000;
}

std::vector<std::pair<double, double>> ranges_of(double coverage,
                                                 const std::vector<double>& weights) {
    std::vector<std::pair<double, double>> ranges;
    ranges.reserve(weights.size());
    double start = 0;
    for (const double weight : weights) {
        ranges.emplace_back(start, start + coverage * weight);
        start += weight;
    }
    return ranges;
}

Result<void> validate(const AssignmentConfig& config) {
    if (config.key.empty()) return field_error("key", "it is empty");
    if (config.hash_version != 2)
        return field_error("hash_version",
                           fmt::format("only 2 is supported, found {}", config.hash_version));
    if (!is_share(config.coverage))
        return field_error("coverage", fmt::format("{} is outside 0 ... 1", config.coverage));
    const auto arms = validate_arms(config);
    if (!arms) return arms.error();
    return validate_ranges(config);
}

Assignment assign(const AssignmentConfig& config, std::string_view unit) {
    if (unit.empty()) return {-1, -1, "empty unit"};
    const double bucket = bucket_of(config.seed.empty() ? config.key : config.seed, unit);
    const int arm = choose_arm(config, bucket);
    return {arm, bucket, arm < 0 ? "not covered" : "assigned"};
}

}  // namespace cpo::experiments

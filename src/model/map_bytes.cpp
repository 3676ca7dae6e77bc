#include "model/map_bytes.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace cpo {
namespace {

constexpr std::string_view kMagic = "CPOM";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kPointBytes = 5;
constexpr std::uint8_t kNoSegmentByte = 255;

template <typename Number>
void append(std::string& bytes, Number value) {
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        bytes += static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append(std::string& bytes, float value) { append(bytes, std::bit_cast<std::uint32_t>(value)); }

struct Range {
    float min = 0;
    float max = 0;
};

Range range_of(std::span<const float> values) {
    if (values.empty()) return {};
    const auto [min, max] = std::minmax_element(values.begin(), values.end());
    return {*min, *max};
}

void append_column(std::string& bytes, std::span<const float> values, Range range) {
    const double min = range.min;
    const double width = range.max - min;
    const double steps = std::numeric_limits<std::uint16_t>::max();
    for (const float value : values) {
        const double share = width > 0 ? (value - min) / width : 0;
        append(bytes, static_cast<std::uint16_t>(std::lround(steps * share)));
    }
}

std::vector<float> thinned(const std::vector<float>& values, std::size_t step) {
    std::vector<float> kept;
    for (std::size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
    return kept;
}

}  // namespace

std::string map_bytes(const Segmentation& segmentation) {
    const SegmentMap& map = segmentation.map;
    const std::vector<int>& segment_of = segmentation.segment_of;
    assert(map.x.size() == segment_of.size() && map.y.size() == segment_of.size());
    assert(segmentation.clusters < kNoSegmentByte);
    const std::size_t step = map_step(segment_of.size());
    const auto x = thinned(map.x, step);
    const auto y = thinned(map.y, step);
    const Range x_range = range_of(x);
    const Range y_range = range_of(y);

    std::string bytes(kMagic);
    bytes.reserve(kHeaderBytes + kPointBytes * x.size());
    append(bytes, kVersion);
    append(bytes, static_cast<std::uint16_t>(segmentation.clusters));
    append(bytes, static_cast<std::uint32_t>(x.size()));
    for (const float value : {x_range.min, x_range.max, y_range.min, y_range.max})
        append(bytes, value);
    append(bytes, static_cast<float>(map.explained));
    assert(bytes.size() == kHeaderBytes);
    append_column(bytes, x, x_range);
    append_column(bytes, y, y_range);
    for (std::size_t i = 0; i < segment_of.size(); i += step) {
        assert(segment_of[i] >= kNoSegment && segment_of[i] < segmentation.clusters);
        append(bytes,
               segment_of[i] == kNoSegment ? kNoSegmentByte
                                           : static_cast<std::uint8_t>(segment_of[i]));
    }
    return bytes;
}

}  // namespace cpo

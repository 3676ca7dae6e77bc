#include "model/map_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

namespace cpo {
namespace {

using namespace std::string_view_literals;

Segmentation make_segmentation(std::vector<float> x, std::vector<float> y, std::vector<int> of) {
    Segmentation segmentation;
    segmentation.clusters = 2;
    segmentation.segment_of = std::move(of);
    segmentation.map = {std::move(x), std::move(y), 0.75};
    return segmentation;
}

// Written by hand from the layout; floats as IEEE 754 has them (-1 is BF800000, 0.75 is 3F400000).
// The middle of x is step 32767.5, a quarter of y step 16383.75: both go up. mapBytes.test.ts reads
// the same bytes.
TEST(MapBytes, HaveTheDocumentedLayout) {
    EXPECT_EQ(map_bytes(make_segmentation({-1, 1, 3}, {2, 2.5F, 4}, {1, 0, 1})),
              "CPOM"
              "\x01\x00"
              "\x02\x00"
              "\x03\x00\x00\x00"
              "\x00\x00\x80\xBF"
              "\x00\x00\x40\x40"
              "\x00\x00\x00\x40"
              "\x00\x00\x80\x40"
              "\x00\x00\x40\x3F"
              "\x00\x00\x00\x80\xFF\xFF"
              "\x00\x00\x00\x40\xFF\xFF"
              "\x01\x00\x01"sv);
}

TEST(MapBytes, PutALineWithoutWidthAtItsBeginning) {
    const std::string bytes = map_bytes(make_segmentation({7, 7}, {0, 0}, {0, 1}));
    EXPECT_EQ(std::string_view(bytes).substr(32), "\0\0\0\0\0\0\0\0\0\x01"sv);
}

TEST(MapBytes, MarkCustomersInNoSegment) {
    const std::string bytes = map_bytes(make_segmentation({1, 2}, {0, 0}, {kNoSegment, 1}));
    EXPECT_EQ(std::string_view(bytes).substr(40), "\xFF\x01"sv);
}

TEST(MapBytes, OfNobodyAreTheHeaderAlone) {
    const std::string bytes = map_bytes(make_segmentation({}, {}, {}));
    EXPECT_EQ(bytes.size(), 32U);
    EXPECT_EQ(std::string_view(bytes).substr(8, 4), "\0\0\0\0"sv);
}

TEST(MapBytes, ThinOutEvenlyAboveTheMost) {
    const std::size_t rows = 2 * kMapPointsMax + 1;
    std::vector<float> x(rows), y(rows);
    std::vector<int> of(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        x[i] = static_cast<float>(i);
        of[i] = i % 3 == 0 ? 1 : 0;
    }
    const std::string bytes =
        map_bytes(make_segmentation(std::move(x), std::move(y), std::move(of)));
    const std::size_t points = (rows + 2) / 3;
    ASSERT_EQ(bytes.size(), 32 + 5 * points);
    EXPECT_EQ(std::string_view(bytes).substr(32 + 4 * points), std::string(points, '\x01'));
}

}  // namespace
}  // namespace cpo

#pragma once

#include <cstddef>
#include <string>

#include "model/segment.h"

namespace cpo {

/// Points of a map; of more customers than that, every n-th one is kept.
inline constexpr std::size_t kMapPointsMax = 100'000;
/// Of `rows` customers every so manieth is a point.
constexpr std::size_t map_step(std::size_t rows) {
    return rows <= kMapPointsMax ? 1 : (rows + kMapPointsMax - 1) / kMapPointsMax;
}

/// The map of a run as getSegmentationMap answers it: a header of 32 bytes, then columns u16 x[n],
/// u16 y[n], u8 segment[n], little-endian; api/openapi.yaml has the layout. Point i is row
/// i * map_step(rows). REQUIRES: a value of x, y and segment_of a row, x and y finite,
/// segment_of 0 ... clusters - 1 or kNoSegment, fewer than 255 clusters.
std::string map_bytes(const Segmentation& segmentation);

}  // namespace cpo

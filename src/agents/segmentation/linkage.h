#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace cpo::segmentation {

/// Which clusters of a hierarchy are joined next: see ward(), spanning_tree() (single), genie() and
/// matrix_linkage() (the others).
enum class Linkage { kWard, kAverage, kComplete, kSingle, kCentroid, kMedian, kGenie };

/// Every linkage with the name that users give it.
inline constexpr std::array<std::pair<std::string_view, Linkage>, 7> kLinkages{
    {{"ward", Linkage::kWard},
     {"average", Linkage::kAverage},
     {"complete", Linkage::kComplete},
     {"single", Linkage::kSingle},
     {"centroid", Linkage::kCentroid},
     {"median", Linkage::kMedian},
     {"genie", Linkage::kGenie}}};

constexpr std::string_view name_of(Linkage linkage) {
    return kLinkages[static_cast<std::size_t>(linkage)].first;
}

/// Most rows: matrix_linkage() keeps all distances, 1.6 GB of them here; the others would take many
/// minutes for more rows without groups.
constexpr std::size_t rows_max(Linkage linkage) {
    switch (linkage) {
        case Linkage::kWard:
        case Linkage::kSingle:
        case Linkage::kGenie:
            return 200'000;
        case Linkage::kAverage:
        case Linkage::kComplete:
        case Linkage::kCentroid:
        case Linkage::kMedian:
            break;
    }
    return 20'000;
}

}  // namespace cpo::segmentation

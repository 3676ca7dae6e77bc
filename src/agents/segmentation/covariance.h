#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace cpo::segmentation {

/// What shape a component of a mixture may have: an ellipsoid along the axes, or any ellipsoid.
enum class Covariance { kDiagonal, kFull };

/// Every covariance with the name that users give it.
inline constexpr std::array<std::pair<std::string_view, Covariance>, 2> kCovariances{
    {{"diagonal", Covariance::kDiagonal}, {"full", Covariance::kFull}}};

constexpr std::string_view name_of(Covariance covariance) {
    return kCovariances[static_cast<std::size_t>(covariance)].first;
}

}  // namespace cpo::segmentation

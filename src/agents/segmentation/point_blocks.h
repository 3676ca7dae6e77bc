#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace cpo::segmentation {

/// Points per block: one AVX-512 register, two AVX2 registers, one cache line of float32.
inline constexpr std::size_t kLanes = 16;

/// One column of one block.
struct alignas(64) Lanes {
    std::array<float, kLanes> values;
};

/// float32 points in blocks of kLanes rows, column by column inside a block (AoSoA), so that one
/// load gives one column of sixteen points. Lanes behind the last row are 0. Owns its memory:
/// 4 x columns x rows rounded up to kLanes bytes. Reading is thread-safe.
class PointBlocks {
public:
    /// All lanes are undefined but the padding, which is 0; fill them with `set`.
    PointBlocks(std::size_t rows, std::size_t columns);
    /// Copies [rows x columns], row-major. REQUIRES: columns > 0 divides the size.
    static PointBlocks from_rows(std::span<const float> values, std::size_t columns, int threads);
    /// The rows `chosen` of `points`, in that order.
    static PointBlocks gather(const PointBlocks& points, std::span<const std::size_t> chosen);

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    std::size_t blocks() const { return (rows_ + kLanes - 1) / kLanes; }
    /// [columns] lanes of block `number`.
    const Lanes* block(std::size_t number) const { return lanes_.get() + number * columns_; }
    float at(std::size_t row, std::size_t column) const {
        return lanes_[row / kLanes * columns_ + column].values[row % kLanes];
    }
    void set(std::size_t row, std::size_t column, float value) {
        lanes_[row / kLanes * columns_ + column].values[row % kLanes] = value;
    }
    /// One point as [columns].
    std::vector<float> row(std::size_t number) const;

private:
    std::size_t rows_;
    std::size_t columns_;
    std::unique_ptr<Lanes[]> lanes_;  // Not a vector: that would write every page twice.
};

}  // namespace cpo::segmentation

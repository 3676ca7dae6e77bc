#include "app/commands/segment_size.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "base/memory.h"

namespace cpo::app {
namespace {

constexpr std::size_t kHeadBytes = std::size_t{64} << 10;
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kDelimiters = ",;\t|";

/// It is an estimate, and should look like one.
std::size_t two_digits(double rows) {
    const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(rows)) - 1));
    return static_cast<std::size_t>(std::round(rows / unit) * unit);
}

std::string head_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(kHeadBytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    return head;
}

}  // namespace

std::optional<segmentation::RunSize> estimated_size(const std::string& path) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(path, failure)) return std::nullopt;
    const auto bytes = std::filesystem::file_size(path, failure);
    if (failure) return std::nullopt;
    const std::string head = head_of(path);
    const auto header_end = head.find('\n'), last_end = head.rfind('\n');
    if (head.starts_with(kGzip) || header_end == last_end) return std::nullopt;
    const std::string_view header(head.data(), header_end);
    std::ptrdiff_t delimiters = 0;
    for (const char delimiter : kDelimiters)
        delimiters = std::max(delimiters, std::count(header.begin(), header.end(), delimiter));
    const auto lines = std::count(head.begin() + static_cast<std::ptrdiff_t>(header_end) + 1,
                                  head.begin() + static_cast<std::ptrdiff_t>(last_end) + 1,
                                  '\n');
    const double line_bytes =
        static_cast<double>(last_end - header_end) / static_cast<double>(lines);
    const double rows = static_cast<double>(bytes - header_end - 1) / line_bytes;
    return segmentation::RunSize{two_digits(rows),
                                 static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, delimiters))};
}

Result<void> check_file_fits(const std::string& path,
                             const segmentation::SegmentationOptions& options) {
    auto size = estimated_size(path);
    if (!size) return {};
    if (!options.features.empty()) size->columns = options.features.size();
    return segmentation::check_memory(
        *size, options, segmentation::table_memory(*size), memory_room());
}

}  // namespace cpo::app

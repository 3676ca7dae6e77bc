#pragma once

#include <span>
#include <string_view>

namespace cpo::jobs {

/// A file of demo/gift-shop as it was built into the program.
struct SampleFile {
    std::string_view name;  ///< "come-back.md".
    std::string_view bytes;
};

/// All of them, in the order of their paths.
std::span<const SampleFile> sample_files();

}  // namespace cpo::jobs

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cpo::safety {

/// A stretch to hide, in code points, and what stands in its place ("[EMAIL]").
struct Mask {
    std::size_t start = 0;
    std::size_t end = 0;
    std::string_view label;
    int severity = 0;  ///< Where masks overlap, the worst one gives the label.
};

/// Replaces each masked stretch by its label and keeps the rest byte by byte. Overlapping and
/// touching stretches become one. REQUIRES: valid UTF-8, masks inside the text.
std::string mask_text(std::string_view text, std::vector<Mask> masks);

}  // namespace cpo::safety

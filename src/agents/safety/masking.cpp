#include "agents/safety/masking.h"

#include <algorithm>

#include "text/utf8.h"

namespace cpo::safety {

std::string mask_text(std::string_view text, std::vector<Mask> masks) {
    std::sort(masks.begin(), masks.end(), [](const Mask& a, const Mask& b) {
        return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    const text::CodePointIndex index(text);
    std::string masked;
    std::size_t kept_until = 0;
    for (std::size_t i = 0; i < masks.size();) {
        std::size_t end = masks[i].end;
        std::size_t next = i + 1;
        const Mask* worst = &masks[i];
        for (; next < masks.size() && masks[next].start < end; ++next) {
            end = std::max(end, masks[next].end);
            if (masks[next].severity > worst->severity) worst = &masks[next];
        }
        masked += text.substr(kept_until, index.byte_of(masks[i].start) - kept_until);
        masked += worst->label;
        kept_until = index.byte_of(end);
        i = next;
    }
    masked += text.substr(kept_until);
    return masked;
}

}  // namespace cpo::safety

#include "model/variant.h"

#include <algorithm>

#include "base/digest.h"

namespace cpo {

std::string hash_of(const Message& message) {
    Sha256 hash;
    for (const std::string_view part : {std::string_view(name_of(message.channel)),
                                        std::string_view(message.language),
                                        std::string_view(message.subject),
                                        std::string_view(message.text)}) {
        hash.update(part);
        hash.update(std::string_view("\0", 1));
    }
    return hash.finish();
}

std::vector<std::string> cited_by(const Variant& variant) {
    std::vector<std::string> cited;
    for (const Claim& claim : variant.claims)
        if (!claim.document.empty() &&
            std::find(cited.begin(), cited.end(), claim.document) == cited.end())
            cited.push_back(claim.document);
    return cited;
}

}  // namespace cpo

#include "model/variant.h"

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

}  // namespace cpo

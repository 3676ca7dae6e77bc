#include "model/customer.h"

namespace cpo {

int FeatureTable::find(std::string_view name) const {
    for (std::size_t i = 0; i < definitions.size(); ++i)
        if (definitions[i].name == name) return static_cast<int>(i);
    return -1;
}

}  // namespace cpo

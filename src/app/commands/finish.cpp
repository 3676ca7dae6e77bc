#include <iostream>

#include "app/commands/commands.h"

namespace cpo::app {

int finish(const Result<void>& result) {
    if (result) return 0;
    std::cerr << "cpo: " << result.error().message << '\n';
    if (!result.error().detail.empty()) std::cerr << result.error().detail << '\n';
    return 1;
}

void tell(const std::string& line) { std::cout << line << std::endl; }

}  // namespace cpo::app
